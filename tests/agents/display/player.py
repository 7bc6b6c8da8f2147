"""Plays the chime through the system's own sound device and says how that went.

python -m tests.agents.display.player: a process of its own, since libasound reads its
configuration (ALSA_CONFIG_PATH) once.
"""

import asyncio
import time

import msgspec

from display_agent import card, pcm
from display_agent.sound import Loudspeaker


async def main() -> dict[str, object]:
    card.OVERTIME_S = card.STOP_MAX_S = 0.3
    loudspeaker = Loudspeaker()
    await loudspeaker.open()
    found = loudspeaker.detail
    began_s = time.monotonic()
    played = await loudspeaker.play(pcm.chime() + pcm.silence(0.5))
    took_s = time.monotonic() - began_s
    state = loudspeaker.state
    await loudspeaker.close()
    return {"found": found, "device": played.device, "took_s": took_s, "state": state}


if __name__ == "__main__":
    print(msgspec.json.encode(asyncio.run(main())).decode())
