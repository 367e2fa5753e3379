"""Playing a draft or a version in the browser: a whole case in memory, and scenarios made of it."""

from webhooks.playing import acts as acts
from webhooks.playing import looking as looking
from webhooks.playing import recording as recording
from webhooks.playing.pages import pages as pages
