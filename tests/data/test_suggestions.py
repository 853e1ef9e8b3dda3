from data.suggestions import did_you_mean


def test_the_nearest_name_is_suggested() -> None:
    assert did_you_mean("joyu", ("jinmeiyo", "joyo")) == "; did you mean joyo?"


def test_nothing_is_suggested_where_no_name_is_close() -> None:
    assert did_you_mean("xyz", ("jinmeiyo", "joyo")) == ""
