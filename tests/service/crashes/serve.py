"""`hitsujun serve`, whose worker paints slowly and needs no torch.

python -m tests.service.crashes.serve --port 8000
"""

import sys

from service.cli import main
from service.jobs import supervisor
from tests.service.jobs.workers import SLOW_WORKER

if __name__ == "__main__":
    supervisor.WORKER = SLOW_WORKER
    sys.exit(main(["serve", *sys.argv[1:]]))
