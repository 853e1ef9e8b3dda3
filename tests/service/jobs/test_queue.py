from service.jobs.queue import JobQueue
from service.jobs.store import JobStore
from service.settings import Settings


def test_the_queue_holds_ids_as_json(settings: Settings, store: JobStore) -> None:
    queue = JobQueue(settings, store)
    queue.enqueue("abc")
    assert b'["abc"]' in (settings.data_dir / "queue.sqlite").read_bytes()
    task = queue.huey.dequeue()
    assert task.args == ["abc"]
    queue.huey.storage.close()
