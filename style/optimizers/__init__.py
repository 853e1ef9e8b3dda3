"""How a picture is moved down an objective."""
