"""What can fail in the agent's world."""


class VoiceError(Exception):
    """A voice could not say something, or not in time; the next one is asked."""


class SoundError(Exception):
    """A loudspeaker does not play."""
