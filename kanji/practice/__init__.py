"""When to practise which kanji: events, ratings, schedules, queues and simulated learners."""
