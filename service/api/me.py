"""Endpoints for a user's own data as a whole: delete it."""

from __future__ import annotations

from sqlalchemy import select

from service.api.access import caller
from service.api.blueprint import Answer, Blueprint
from service.api.dependencies import dependencies
from service.api.pictures import delete_pictures
from service.api.schemas.me import Receipt
from service.api.times import iso, now
from service.db.engine import writing
from service.db.erasure import erase
from service.db.users import locked_user
from service.jobs.job import Job

me = Blueprint("me", __name__, url_prefix="/v1")


@me.delete("/me", access="account")
@me.output(Receipt, description="how much of each kind was deleted")
def delete_me() -> Answer:
    """Delete everything: devices with their tokens, reviews, settings, pictures"""
    user_id, needs = caller().user_id, dependencies()
    with writing(needs.engine) as session:
        locked_user(session, user_id)
        job_ids = list(session.scalars(select(Job.id).where(Job.user_id == user_id)))
        deleted = erase(session, user_id, also=[Job])
    for job_id in job_ids:
        delete_pictures(needs.settings, job_id)
    body = {"user": str(user_id), "at": iso(now())}
    return body | {"deleted": deleted}, {"Cache-Control": "no-store"}
