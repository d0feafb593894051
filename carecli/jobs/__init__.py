"""What the engine does beside pulling and sending, without anybody pressing a key.

Team automation (escalation, turns, substitutes, late cases), hooks, and monthly reports. Jobs act
through the desk, as a person would, and may use platforms to tell the world of it; each is given
its turn by the engine.
"""
