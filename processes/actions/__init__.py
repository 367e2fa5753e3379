"""The verbs: everything that changes a case, each in one transaction of its own.

Every verb takes the opened office, who acts, and the moment `now` (aware). It either does all of
its work durably or, raising one of `processes.errors`, nothing.
"""

from processes.actions.actor import Actor as Actor
from processes.actions.actor import Receipt as Receipt
from processes.actions.by_hand import send_again as send_again
from processes.actions.by_hand import state_delivered as state_delivered
from processes.actions.by_hand import take_by_hand as take_by_hand
from processes.actions.calendar_days import CalendarResult as CalendarResult
from processes.actions.calendar_days import add_day as add_day
from processes.actions.calendar_days import import_days as import_days
from processes.actions.calendar_days import remove_day as remove_day
from processes.actions.calendar_file import DaysRefused as DaysRefused
from processes.actions.calendar_wishes import DayWish as DayWish
from processes.actions.cases import withdraw_case as withdraw_case
from processes.actions.choosing import choose_official as choose_official
from processes.actions.contacts import ContactGiven as ContactGiven
from processes.actions.contacts import name_contact as name_contact
from processes.actions.contacts import revoke_contact as revoke_contact
from processes.actions.continuing import follow_up as follow_up
from processes.actions.digests import write_digests as write_digests
from processes.actions.documents import add_document as add_document
from processes.actions.drafts import Draft as Draft
from processes.actions.drafts import DraftFile as DraftFile
from processes.actions.drafts import drafts_of as drafts_of
from processes.actions.drafts import write_draft as write_draft
from processes.actions.entering import open_case as open_case
from processes.actions.letters import Package as Package
from processes.actions.letters import print_package as print_package
from processes.actions.linking import make_link as make_link
from processes.actions.partners import find_holder as find_holder
from processes.actions.partners import revoke_codes as revoke_codes
from processes.actions.people import import_officials as import_officials
from processes.actions.people import set_channel as set_channel
from processes.actions.preparing import prepare_task as prepare_task
from processes.actions.preparing import return_task as return_task
from processes.actions.procedures import publish as publish
from processes.actions.recounting import recount_cases as recount_cases
from processes.actions.repair import Order as Order
from processes.actions.repair import extend_task as extend_task
from processes.actions.repair import pause_task as pause_task
from processes.actions.repair import reassign_task as reassign_task
from processes.actions.repair import remind_now as remind_now
from processes.actions.repair import resume_task as resume_task
from processes.actions.replies import add_scan as add_scan
from processes.actions.replies import find_scan as find_scan
from processes.actions.replies import hand_in_reply as hand_in_reply
from processes.actions.replies import refuse_reply as refuse_reply
from processes.actions.replies import take_reply as take_reply
from processes.actions.responding import respond_to_paper as respond_to_paper
from processes.actions.retrying import retry_alarm as retry_alarm
from processes.actions.retrying import retry_case as retry_case
from processes.actions.scanning import scan_documents as scan_documents
from processes.actions.standing_in import StandIn as StandIn
from processes.actions.substituting import change_substitutes as change_substitutes
from processes.actions.substituting import end_substitution as end_substitution
from processes.actions.substituting import substitute_official as substitute_official
from processes.actions.supplementing import Supplement as Supplement
from processes.actions.supplementing import supplement_task as supplement_task
from processes.actions.tasks import complete_task as complete_task
from processes.actions.telling import ESCALATIONS as ESCALATIONS
from processes.actions.telling import REMINDERS as REMINDERS
from processes.actions.telling import fire_alarms as fire_alarms
from processes.actions.timers import fire_timers as fire_timers
from processes.actions.whereabouts import note_place as note_place
