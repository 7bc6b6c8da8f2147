"""What a visitor is told of the own question, beside the page (NO1)."""

from datetime import timedelta

from backend.core.consultations.consultation import Consultation, ConsultationStamp
from backend.core.ids import CommandId, Text
from backend.core.messages import Message, MessageKind, consultation_subject

OF_USE = timedelta(days=7)
"""Who is not told by then learns it from the page."""


def answered(
    found: Consultation,
    stamp: ConsultationStamp,
    command_id: CommandId,
    service: Text | None,
    path: str,
) -> Message:
    """That a question was answered, and where: neither its words nor the answer's (I19)."""
    subject = consultation_subject(found.consultation_id)
    about = Text(zh=f"：{service.zh}", en=f": {service.en}") if service else Text(zh="", en="")
    return Message(
        hall_id=stamp.plan.hall_id,
        key=f"{subject}/{command_id}",
        kind=MessageKind.QUESTION,
        title=Text(zh=f"您的提问有了答复{about.zh}", en=f"Your question was answered{about.en}"),
        text=Text(
            zh="请打开页面查看；还不清楚可以追问一次，也请告诉我们有没有帮助。",
            en="Read it on its page. If something is unclear you may ask again once;"
            " tell us whether it helped.",
        ),
        subject=subject,
        person_hash=found.person_hash,
        path=path,
        put_at=stamp.at,
        expires_at=stamp.at + OF_USE,
    )
