"""When to practise which kanji: events, ratings, schedules, queues, and a simulator of learners."""
