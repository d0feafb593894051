-- All times are milliseconds since 1970 in UTC. Platform ids are text as the platform spells them.
-- Rows reference each other by id; ids are never used twice.

CREATE TABLE channels (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,            -- as in the configuration: avon-fb
  brand TEXT NOT NULL,
  platform TEXT NOT NULL,
  title TEXT NOT NULL,
  synced_at INTEGER,                   -- when a pull last ended well
  error TEXT NOT NULL DEFAULT '',      -- the last error, '' once all is well again
  hint TEXT NOT NULL DEFAULT '',       -- what a person can do about it
  parked_until INTEGER,                -- the platform asked for silence until then
  frozen TEXT NOT NULL DEFAULT '',     -- why all writes are stopped until a person resumes them
  usage REAL NOT NULL DEFAULT 0,       -- the platform's own measure of our quota, 0..100
  possible_loss TEXT NOT NULL DEFAULT '' -- why something may have been missed
) STRICT;

CREATE TABLE contacts (
  id INTEGER PRIMARY KEY,
  channel_id INTEGER NOT NULL,
  scope TEXT NOT NULL,                 -- which of the platform's id spaces
  platform_id TEXT NOT NULL,           -- '?' and a message's id for somebody nameless
  name TEXT NOT NULL,                  -- printable
  first_seen_at INTEGER NOT NULL,
  blocked_at INTEGER,                  -- since when the brand keeps them from writing, NULL: not
  UNIQUE (platform_id, channel_id, scope)
) STRICT;
CREATE INDEX contacts_blocked ON contacts (id) WHERE blocked_at IS NOT NULL;

CREATE TABLE posts (
  id INTEGER PRIMARY KEY,
  channel_id INTEGER NOT NULL,
  platform_id TEXT NOT NULL,
  kind TEXT NOT NULL,                  -- post, ad, visitor_post, media, mention, review, room, group
  text TEXT NOT NULL DEFAULT '',
  permalink TEXT NOT NULL DEFAULT '',
  created_at INTEGER,
  boosted INTEGER NOT NULL DEFAULT 0,  -- 1 while a campaign lifts its threads
  gone_at INTEGER,
  UNIQUE (platform_id, channel_id)
) STRICT;

CREATE INDEX posts_boosted ON posts (id) WHERE boosted = 1;

-- Contests and promotions as the configuration tells them. A person's switch is a decision, and
-- goes before what is said here; see store/campaigns.py.
CREATE TABLE campaigns (
  key TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  since INTEGER,                       -- when it begins, NULL: always
  until INTEGER,                       -- when it is over, NULL: never
  boosts INTEGER NOT NULL              -- 1: its threads jump the queue while it runs
) STRICT, WITHOUT ROWID;
CREATE TABLE campaign_posts (
  campaign TEXT NOT NULL,
  platform_id TEXT NOT NULL,           -- of a post, which may not be here yet
  PRIMARY KEY (campaign, platform_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE threads (
  id INTEGER PRIMARY KEY,
  channel_id INTEGER NOT NULL,
  platform_id TEXT NOT NULL,           -- the conversation's key, or the top-level comment's id
  point TEXT NOT NULL,                 -- dm, comment, ad, group, mention, review, email, call
  post_id INTEGER,
  contact_id INTEGER,                  -- who opened it; NULL: the brand did
  opened_at INTEGER NOT NULL,
  message_count INTEGER NOT NULL,
  last_inbound_id INTEGER,             -- the message the list shows
  last_inbound_at INTEGER,
  last_message_at INTEGER NOT NULL,
  -- what was decided, derived from decisions
  colour TEXT NOT NULL DEFAULT 'green',
  colour_by TEXT NOT NULL DEFAULT '',  -- '' untriaged, else who: moderator:ana, rule:allergy
  team TEXT NOT NULL DEFAULT '',       -- whose it is: the colour's team unless assigned
  assignee TEXT NOT NULL DEFAULT '',
  flagged INTEGER NOT NULL DEFAULT 0,
  snoozed INTEGER NOT NULL DEFAULT 0,  -- 1 until snoozed_until has passed
  snoozed_until INTEGER,
  boosted INTEGER NOT NULL DEFAULT 0,  -- its post's
  -- the most urgent open wait, derived from messages and decisions
  waiting INTEGER NOT NULL,            -- 1 while anybody waits
  wait_started_at INTEGER,
  deadline INTEGER,
  outcome TEXT NOT NULL DEFAULT '',    -- of the wait that ended last
  sending TEXT NOT NULL DEFAULT '',    -- the most telling state of its outbox
  safety TEXT NOT NULL DEFAULT '',     -- '', raised (a person must look) or confirmed
  unclear INTEGER NOT NULL DEFAULT 0,  -- 1: answered outside, and nobody can tell whom; to check
  point_told INTEGER NOT NULL DEFAULT 1, -- 0: nobody told the contact point yet, it is a guess
  UNIQUE (platform_id, channel_id)
) STRICT;
-- Equal on everything but the deadline: any order of the queue is a merge of ranges of this.
CREATE INDEX threads_queue
  ON threads (snoozed, colour, boosted, point, deadline, id, channel_id, waiting) WHERE waiting = 1;
CREATE INDEX threads_waiting ON threads (wait_started_at, id) WHERE waiting = 1;
-- Holds what is asked of threads that need not wait, so that walking it reads no rows.
CREATE INDEX threads_newest ON threads (
  last_message_at, id, channel_id, point, colour, colour_by, team, waiting, wait_started_at,
  deadline, outcome
);
CREATE INDEX threads_post ON threads (post_id, id) WHERE post_id IS NOT NULL;
CREATE INDEX threads_contact ON threads (contact_id);
CREATE INDEX threads_assignee ON threads (assignee, waiting, deadline, id) WHERE assignee <> '';
CREATE INDEX threads_flagged ON threads (last_message_at, id) WHERE flagged = 1;
CREATE INDEX threads_snoozed ON threads (snoozed_until) WHERE snoozed = 1;
CREATE INDEX threads_safety ON threads (last_message_at, id) WHERE safety <> '';
CREATE INDEX threads_sending ON threads (sending, id) WHERE sending <> '';
CREATE INDEX threads_unclear ON threads (last_message_at, id) WHERE unclear = 1;

CREATE TABLE messages (
  id INTEGER PRIMARY KEY,
  thread_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  platform_id TEXT NOT NULL,           -- canonical within the channel
  address TEXT NOT NULL,               -- the spelling the platform's API wants, '' when the same
  parent TEXT,                         -- platform id of the message it answers
  contact_id INTEGER,                  -- NULL: the brand's own
  text TEXT NOT NULL,                  -- printable
  created_at INTEGER NOT NULL,         -- the platform's time
  seen_at INTEGER NOT NULL,            -- when carecli first saw it
  observed_at INTEGER NOT NULL,        -- the newest observation; older ones change nothing
  visibility TEXT NOT NULL,            -- visible, hidden, deleted_by_us, withdrawn, gone
  settled_at INTEGER,                  -- when it stopped needing an answer: hidden, deleted, withdrawn
  settled_by TEXT NOT NULL DEFAULT '', -- who hid or deleted it, '' outside carecli
  edited_at INTEGER,                   -- when an edit was noticed
  private_at INTEGER,                  -- when it was answered privately outside carecli
  liked INTEGER NOT NULL DEFAULT 0,
  permalink TEXT NOT NULL DEFAULT '',
  attachments TEXT NOT NULL DEFAULT '',-- JSON list of [kind, url, name], '' for none
  mentions TEXT NOT NULL DEFAULT '',   -- platform ids of mentioned people, separated by spaces
  native_actor TEXT NOT NULL DEFAULT '', -- who wrote it in the platform's own app, if it says
  can_private INTEGER,                 -- whether the platform takes a private reply, NULL unknown
  raw_id INTEGER,                      -- the payload it came in
  also_to TEXT NOT NULL DEFAULT '',    -- of a mail: who else received it, one a line: Name <address>
  UNIQUE (platform_id, channel_id)
) STRICT;
CREATE INDEX messages_thread ON messages (thread_id);
-- What reports ask of few messages: those moderated, and those edited.
CREATE INDEX messages_moderated ON messages (settled_at)
  WHERE visibility IN ('hidden', 'deleted_by_us');
CREATE INDEX messages_edited ON messages (edited_at) WHERE edited_at IS NOT NULL;

CREATE TABLE revisions (
  message_id INTEGER NOT NULL,
  noticed_at INTEGER NOT NULL,
  text TEXT NOT NULL,                  -- what it said before
  PRIMARY KEY (message_id, noticed_at)
) STRICT, WITHOUT ROWID;

-- Events about messages not seen yet: a webhook may tell of a deletion before the comment.
CREATE TABLE early_events (
  id INTEGER PRIMARY KEY,
  channel_id INTEGER NOT NULL,
  platform_id TEXT NOT NULL,
  observed_at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  args TEXT NOT NULL,
  UNIQUE (channel_id, platform_id, kind)
) STRICT;

CREATE TABLE waits (
  id INTEGER PRIMARY KEY,
  thread_id INTEGER NOT NULL,
  contact_id INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,            -- the contact's n-th wait in this thread
  started_at INTEGER NOT NULL,
  first_message_id INTEGER NOT NULL,
  last_message_id INTEGER NOT NULL,
  colour TEXT NOT NULL,                -- now, or when it was judged
  deadline INTEGER NOT NULL,
  ended_at INTEGER,
  outcome TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '',
  ended_by TEXT NOT NULL DEFAULT '',
  answer_id INTEGER,                   -- the message that ended it
  noticed_at INTEGER                   -- when carecli knew of the end, and judged it
) STRICT;
CREATE INDEX waits_thread ON waits (thread_id);
CREATE INDEX waits_ended
  ON waits (ended_at, outcome, deadline, thread_id) WHERE ended_at IS NOT NULL;
CREATE INDEX waits_contact ON waits (contact_id, thread_id);

CREATE TABLE decisions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,                 -- moderator:ana, rule:allergy, platform:avon-fb
  verb TEXT NOT NULL,                  -- a command's name, or undo, redo
  thread_id INTEGER,
  message_id INTEGER,
  args TEXT NOT NULL,                  -- the command's fields as JSON
  batch INTEGER NOT NULL DEFAULT 0,    -- id of the first decision taken together with this one
  undone INTEGER NOT NULL DEFAULT 0    -- 1 while taken back
) STRICT;
CREATE INDEX decisions_thread ON decisions (thread_id, id) WHERE thread_id IS NOT NULL;
CREATE INDEX decisions_actor ON decisions (actor, id);
CREATE INDEX decisions_splits ON decisions (at, id) WHERE verb = 'split';
CREATE INDEX decisions_words ON decisions (id) WHERE verb = 'leave_word';
CREATE INDEX decisions_colours ON decisions (id) WHERE verb = 'recolour';
CREATE INDEX decisions_codes ON decisions (id) WHERE verb = 'code';
CREATE INDEX decisions_samples ON decisions (id) WHERE verb = 'draw_sample';
CREATE INDEX decisions_calls ON decisions (id) WHERE verb = 'enter_calls';
CREATE INDEX decisions_switches ON decisions (id) WHERE verb = 'switch_campaign';

-- Notes about a person: the decision holds the text, and whether it was taken back.
CREATE TABLE contact_notes (
  contact_id INTEGER NOT NULL,
  decision_id INTEGER NOT NULL,
  PRIMARY KEY (contact_id, decision_id)
) STRICT, WITHOUT ROWID;

-- A comment that was answered privately: its author and whoever speaks in the conversation that
-- the answer stands in are one person, though the platform gives them two ids.
CREATE TABLE contact_links (
  message_id INTEGER PRIMARY KEY,      -- the comment
  contact_id INTEGER NOT NULL,         -- its author
  channel_id INTEGER NOT NULL,
  conversation TEXT NOT NULL           -- platform id of a thread, which may not be here yet
) STRICT;
CREATE INDEX contact_links_contact ON contact_links (contact_id);
CREATE INDEX contact_links_conversation ON contact_links (conversation, channel_id);

-- People who were forgotten: their names and words are gone, the counts of their waits stay.
CREATE TABLE erasures (
  contact_id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  by TEXT NOT NULL                     -- who wanted it: moderator:ana, carecli:retention
) STRICT;

-- Replies written from a snippet; a row goes when its decision is taken back.
CREATE TABLE snippet_uses (
  decision_id INTEGER PRIMARY KEY,     -- to reply
  snippet TEXT NOT NULL,               -- its name
  message_id INTEGER NOT NULL,         -- the message answered
  similarity REAL NOT NULL,            -- 1: sent as filled in, 0: nothing of it was left
  at INTEGER NOT NULL
) STRICT;

-- Rules as they stand: what they say is in files, how far they are trusted is here.
CREATE TABLE rules (
  name TEXT PRIMARY KEY,
  version TEXT NOT NULL,               -- of what it does; another one sends it back to shadow
  stage TEXT NOT NULL,                 -- draft, shadow, live, off
  since INTEGER NOT NULL,              -- when it came to this stage; older messages are no matter of it
  expected REAL,                       -- share of messages its dry run hit, NULL before one
  tried TEXT NOT NULL DEFAULT '',      -- the version its last dry run was of
  seen REAL NOT NULL DEFAULT 0,        -- messages looked at lately, older ones weighing less
  hits REAL NOT NULL DEFAULT 0,        -- of them hit
  reason TEXT NOT NULL DEFAULT ''      -- why carecli moved it back to shadow, '' when a person chose
) STRICT, WITHOUT ROWID;

-- What a rule's file said at each version, to compare what two of them would do.
CREATE TABLE rule_versions (
  rule TEXT NOT NULL,
  version TEXT NOT NULL,
  noticed_at INTEGER NOT NULL,
  text TEXT NOT NULL,                  -- of the whole file
  PRIMARY KEY (rule, version)
) STRICT, WITHOUT ROWID;

-- What rules wanted to do, one row a message and deed: a rule acts once, whatever is read again.
CREATE TABLE rule_deeds (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  rule TEXT NOT NULL,
  version TEXT NOT NULL,
  kind TEXT NOT NULL,                  -- a key of `then`
  state TEXT NOT NULL,                 -- shadow, waiting, done, declined, refused
  at INTEGER NOT NULL,
  message_id INTEGER NOT NULL,
  thread_id INTEGER NOT NULL,
  contact_id INTEGER NOT NULL,
  post_id INTEGER NOT NULL,            -- 0: none
  value TEXT NOT NULL,                 -- the text, label, colour … as it was chosen
  evidence TEXT NOT NULL,              -- JSON: what matched, [[term, as read, start, end], …]
  reason TEXT NOT NULL DEFAULT '',     -- why it waits, or was refused
  decision_id INTEGER,                 -- what it led to
  verdict TEXT NOT NULL DEFAULT '',    -- right, wrong: what a person says of it
  judged_by TEXT NOT NULL DEFAULT '',
  UNIQUE (message_id, rule, kind)
) STRICT;
CREATE INDEX rule_deeds_rule ON rule_deeds (rule, id);
CREATE INDEX rule_deeds_hourly ON rule_deeds (rule, kind, at) WHERE state = 'done';
CREATE INDEX rule_deeds_waiting ON rule_deeds (id) WHERE state = 'waiting';
CREATE INDEX rule_deeds_contact ON rule_deeds (contact_id, rule, kind);
CREATE INDEX rule_deeds_thread ON rule_deeds (thread_id);

-- What was learned from moderators' decisions: it can be made again from their decisions.
CREATE TABLE learned (
  name TEXT PRIMARY KEY,               -- colour, sentiment, stage, colour by meaning, safety by meaning
  model BLOB NOT NULL,
  examples INTEGER NOT NULL,           -- how many it learned
  decision_id INTEGER NOT NULL,        -- the newest decision it learned
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was suggested of a message when it came in, or soon after; judged by what a person decided after.
CREATE TABLE suggestions (
  message_id INTEGER PRIMARY KEY,
  thread_id INTEGER NOT NULL,
  colour TEXT NOT NULL,
  probability REAL NOT NULL,
  examples INTEGER NOT NULL,           -- how many the suggester had learned
  at INTEGER NOT NULL,
  by TEXT NOT NULL                     -- words, semantic: which suggester
) STRICT;
CREATE INDEX suggestions_thread ON suggestions (thread_id, message_id);

-- What messages express, derived from decisions: one sentiment, one stage, any themes.
CREATE TABLE codes (
  kind TEXT NOT NULL,                  -- sentiment, stage, theme
  value TEXT NOT NULL,
  message_id INTEGER NOT NULL,
  thread_id INTEGER NOT NULL,
  by TEXT NOT NULL,                    -- moderator:ana, rule:packaging
  at INTEGER NOT NULL,
  PRIMARY KEY (kind, value, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX codes_thread ON codes (thread_id, message_id);

-- What was suggested that a message expresses when it came in; nobody's decision.
CREATE TABLE code_suggestions (
  message_id INTEGER NOT NULL,
  kind TEXT NOT NULL,                  -- sentiment, stage
  thread_id INTEGER NOT NULL,
  value TEXT NOT NULL,
  probability REAL NOT NULL,
  examples INTEGER NOT NULL,           -- how many the suggester had learned
  at INTEGER NOT NULL,
  PRIMARY KEY (message_id, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX code_suggestions_thread ON code_suggestions (thread_id);

-- Samples that several people code blindly: a row a message and coder, as long as the decision
-- that drew the sample is in force.
CREATE TABLE blind_codes (
  sample_id INTEGER NOT NULL,          -- the decision
  message_id INTEGER NOT NULL,
  coder TEXT NOT NULL,                 -- a moderator
  thread_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,                 -- '' not coded yet
  PRIMARY KEY (sample_id, message_id, coder)
) STRICT, WITHOUT ROWID;
CREATE INDEX blind_codes_awaited ON blind_codes (coder, thread_id) WHERE value = '';
CREATE INDEX blind_codes_thread ON blind_codes (thread_id);

-- Outstanding quotes, names removed, derived from decisions.
CREATE TABLE quotes (
  message_id INTEGER PRIMARY KEY,
  thread_id INTEGER NOT NULL,
  decision_id INTEGER NOT NULL,
  text TEXT NOT NULL,
  by TEXT NOT NULL,                    -- moderator:ana
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX quotes_thread ON quotes (thread_id);

-- Calls to the contact centre, derived from decisions. A day without a row is not known.
CREATE TABLE calls (
  day TEXT NOT NULL,                   -- 2026-10-31
  brand TEXT NOT NULL,                 -- '' where brands are not told apart
  n INTEGER NOT NULL,
  by TEXT NOT NULL,
  at INTEGER NOT NULL,
  decision_id INTEGER NOT NULL,
  PRIMARY KEY (day, brand)
) STRICT, WITHOUT ROWID;

-- Steps that were taken while a deadline came nearer: each once a wait.
CREATE TABLE escalations (
  thread_id INTEGER NOT NULL,
  started_at INTEGER NOT NULL,         -- of the wait
  percent INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (thread_id, started_at, percent)
) STRICT, WITHOUT ROWID;

-- How far each hook was told, and what it could not be told yet.
CREATE TABLE hooks (
  name TEXT PRIMARY KEY,
  decision_id INTEGER NOT NULL,        -- the newest decision it knows
  message_id INTEGER NOT NULL,         -- the newest message it knows
  attempts INTEGER NOT NULL DEFAULT 0, -- to tell the event after those
  error TEXT NOT NULL DEFAULT '',
  not_before INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'sent',  -- of that event; sent: it knows all that it was to be told
  attempted_at INTEGER,
  looked INTEGER NOT NULL DEFAULT 0,   -- always 0: a hook cannot be asked
  sent_at INTEGER,
  error_label TEXT NOT NULL DEFAULT '',
  hint TEXT NOT NULL DEFAULT '',
  is_message INTEGER NOT NULL DEFAULT 1 -- that event, or the last one told: 0: a decision
) STRICT, WITHOUT ROWID;

-- People whom no rule touches on a platform, by their id there.
CREATE TABLE allowed (
  contact_id INTEGER PRIMARY KEY,
  by TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE thread_labels (
  label TEXT NOT NULL,
  thread_id INTEGER NOT NULL,
  PRIMARY KEY (label, thread_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_labels_thread ON thread_labels (thread_id);

-- Whom a note asks, as @key, until they answer; derived from decisions.
CREATE TABLE mentions (
  moderator TEXT NOT NULL,
  thread_id INTEGER NOT NULL,
  PRIMARY KEY (moderator, thread_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_thread ON mentions (thread_id);

CREATE TABLE claims (
  thread_id INTEGER PRIMARY KEY,
  moderator TEXT NOT NULL,
  since INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE drafts (
  thread_id INTEGER NOT NULL,
  moderator TEXT NOT NULL,
  kind TEXT NOT NULL,                  -- reply | private | note | case | contact
  text TEXT NOT NULL,
  target_id INTEGER,
  head_id INTEGER,
  snippet TEXT NOT NULL DEFAULT '',
  saved_at INTEGER NOT NULL,
  to_all INTEGER NOT NULL DEFAULT 0,   -- 1: the other recipients of the mail get it too
  PRIMARY KEY (thread_id, moderator, kind)
) STRICT, WITHOUT ROWID;

-- queued -> sending -> sent | failed | queued | unknown; unknown -> sent | queued | failed;
-- queued, failed, unknown -> cancelled. The attempt is committed before the call is made.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,            -- the same at every attempt; platforms that take one get it
  channel_id INTEGER NOT NULL,
  thread_id INTEGER NOT NULL,
  message_id INTEGER,                  -- the message answered, hidden, deleted or liked
  head_id INTEGER,                     -- the newest message its author had seen
  verb TEXT NOT NULL,
  text TEXT NOT NULL DEFAULT '',
  fingerprint TEXT NOT NULL DEFAULT '',-- of target, text and draft; '' for verbs that are states
  actor TEXT NOT NULL,
  decision_id INTEGER NOT NULL,
  answers INTEGER NOT NULL DEFAULT 1,  -- 0: an automatic reply that ends no wait
  state TEXT NOT NULL,
  not_before INTEGER NOT NULL,         -- end of the grace seconds, or of a back-off
  attempts INTEGER NOT NULL DEFAULT 0,
  attempted_at INTEGER,                -- the first attempt
  looked INTEGER NOT NULL DEFAULT 0,   -- times the platform was asked about an unknown one
  sent_id TEXT,                        -- platform id of what was written
  sent_at INTEGER,
  error TEXT NOT NULL DEFAULT '',
  error_label TEXT NOT NULL DEFAULT '',
  hint TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  to_all INTEGER NOT NULL DEFAULT 0,   -- 1: the other recipients of the mail get it too
  contact_id INTEGER                   -- whom a block is about; NULL for all that is about a message
) STRICT;
CREATE UNIQUE INDEX outbox_one_sending ON outbox (thread_id) WHERE state = 'sending';
CREATE UNIQUE INDEX outbox_once ON outbox (fingerprint)
  WHERE fingerprint <> '' AND state IN ('queued', 'sending', 'sent', 'unknown');
CREATE INDEX outbox_due ON outbox (not_before, id) WHERE state IN ('queued', 'sending', 'unknown');
CREATE INDEX outbox_deeds ON outbox (not_before, id)
  WHERE state = 'queued' AND verb NOT IN ('reply', 'private_reply');
CREATE INDEX outbox_thread ON outbox (thread_id);
CREATE INDEX outbox_contact ON outbox (contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX outbox_sent ON outbox (sent_id) WHERE sent_id IS NOT NULL;
CREATE INDEX outbox_troubled ON outbox (id) WHERE state IN ('failed', 'unknown');

CREATE TABLE cursors (
  channel_id INTEGER NOT NULL,
  stream TEXT NOT NULL,
  value TEXT NOT NULL,
  moved_at INTEGER NOT NULL,
  PRIMARY KEY (channel_id, stream)
) STRICT, WITHOUT ROWID;

-- Places of a channel (a post's comments, a list, a conversation, a room) that cannot be read at
-- present while the others are, and places that wait to be read for the first time.
CREATE TABLE failing_places (
  channel_id INTEGER NOT NULL,
  place TEXT NOT NULL,                 -- as the connector names it: post 104_900
  error TEXT NOT NULL,                 -- what the platform said last
  hint TEXT NOT NULL,                  -- what a person can do about it
  since INTEGER NOT NULL,              -- when it first failed
  tries INTEGER NOT NULL,              -- failures in a row; 0: it was not tried yet
  next_try INTEGER NOT NULL,           -- it is left alone until then
  PRIMARY KEY (channel_id, place)
) STRICT, WITHOUT ROWID;

-- Fields a platform refuses to tell to this channel; they are not asked for, for a day.
CREATE TABLE refused_fields (
  channel_id INTEGER NOT NULL,
  selection TEXT NOT NULL,             -- what was asked for: comments, conversations
  field TEXT NOT NULL,
  said TEXT NOT NULL,                  -- the platform's words
  at INTEGER NOT NULL,                 -- when it refused it last
  PRIMARY KEY (channel_id, selection, field)
) STRICT, WITHOUT ROWID;

-- How the streams of a channel are being read.
CREATE TABLE pulls (
  channel_id INTEGER NOT NULL,
  stream TEXT NOT NULL,
  every INTEGER NOT NULL,              -- the longest planned interval, in ms
  began_at INTEGER NOT NULL,           -- when the engine that reads it started
  completed_at INTEGER,                -- when a pull last came to its end
  error TEXT NOT NULL,                 -- what the last pull ended with; '': at its end
  hint TEXT NOT NULL,
  PRIMARY KEY (channel_id, stream)
) STRICT, WITHOUT ROWID;

-- What another team was asked about a thread, by mail, as long as its decision is in force.
CREATE TABLE cases (
  decision_id INTEGER PRIMARY KEY,     -- to open it
  thread_id INTEGER NOT NULL,
  key TEXT NOT NULL UNIQUE,            -- of the outbox; the mail's id is made from it
  reference TEXT NOT NULL UNIQUE,      -- as it stands in the subject: 7K3F-9Q2M
  team TEXT NOT NULL,
  asked TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  answered_at INTEGER,                 -- NULL: the answer is awaited
  reminded_at INTEGER                  -- when it was told that the answer is late
) STRICT;
CREATE INDEX cases_thread ON cases (thread_id);
CREATE INDEX cases_owed ON cases (due_at, thread_id) WHERE answered_at IS NULL;
CREATE TABLE case_answers (
  platform_id TEXT PRIMARY KEY,        -- of the mail
  decision_id INTEGER NOT NULL         -- the note it became
) STRICT, WITHOUT ROWID;

-- Mails of older versions that have not been read again: their ids may have been made otherwise.
CREATE TABLE old_mails (
  platform_id TEXT NOT NULL,
  channel_id INTEGER NOT NULL,         -- 0: a mail that is an answer to a case
  PRIMARY KEY (platform_id, channel_id)
) STRICT, WITHOUT ROWID;

-- What reached a channel and must not become a message: forged, automatic, too many.
CREATE TABLE turned_away (
  channel_id INTEGER NOT NULL,
  reason TEXT NOT NULL,
  sender TEXT NOT NULL,                -- the last one
  n INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (channel_id, reason)
) STRICT, WITHOUT ROWID;
-- The newest of these as the messages they would be, so that a person can take one in.
CREATE TABLE turned_away_messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel_id INTEGER NOT NULL,
  platform_id TEXT NOT NULL,           -- of the message
  reason TEXT NOT NULL,
  sender TEXT NOT NULL,                -- who sent it, as the platform tells
  asker TEXT NOT NULL,                 -- platform id of whom an answer would go to
  at INTEGER NOT NULL,                 -- when it was written
  seen_at INTEGER NOT NULL,            -- when it was turned away
  event TEXT NOT NULL,                 -- JSON: the message; '' once it was taken in or put aside
  state TEXT NOT NULL,                 -- open, taken, dismissed
  by TEXT NOT NULL DEFAULT '',         -- who decided: moderator:ana
  UNIQUE (platform_id, channel_id)
) STRICT;
CREATE INDEX turned_away_open ON turned_away_messages (channel_id, id) WHERE state = 'open';

CREATE TABLE raw_payloads (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel_id INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  source TEXT NOT NULL,                -- the stream, import, webhook
  body BLOB NOT NULL,                  -- zlib
  unrecognised TEXT NOT NULL DEFAULT ''-- what no reader knew in it, one a line
) STRICT;
CREATE INDEX raw_payloads_unrecognised ON raw_payloads (channel_id) WHERE unrecognised <> '';

CREATE TABLE waiting_counts (
  channel_id INTEGER NOT NULL,
  point TEXT NOT NULL,
  colour TEXT NOT NULL,
  team TEXT NOT NULL,
  assignee TEXT NOT NULL,
  flagged INTEGER NOT NULL,
  snoozed INTEGER NOT NULL,
  boosted INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (channel_id, point, colour, team, assignee, flagged, snoozed, boosted)
) STRICT, WITHOUT ROWID;

CREATE TABLE policies (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  since INTEGER NOT NULL,
  protocol TEXT NOT NULL               -- JSON; waits are judged by what was in force when they ended
) STRICT;

-- Closed months as their reports were issued: shown from here for ever, whatever changes later.
CREATE TABLE issued (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  month TEXT NOT NULL,                 -- 2026-10
  brand TEXT NOT NULL,                 -- '': all of them
  part TEXT NOT NULL,                  -- report: its figures; facts: the rows behind them; paper
  at INTEGER NOT NULL,
  by TEXT NOT NULL,                    -- moderator:ana
  body BLOB NOT NULL,                  -- zlib, of lines of canonical JSON; nothing of a contact's
  UNIQUE (month, brand, part)
) STRICT;
-- What contacts said in them, apart from the rest, so that they can be forgotten.
CREATE TABLE issued_quotes (
  month TEXT NOT NULL,
  brand TEXT NOT NULL,
  message_id INTEGER NOT NULL,
  text TEXT NOT NULL,                  -- names removed
  PRIMARY KEY (message_id, month, brand)
) STRICT, WITHOUT ROWID;

-- Monthly reports of the configuration: the last month that was made of each, or the one before
-- the first that will be.
CREATE TABLE scheduled (
  name TEXT PRIMARY KEY,
  month TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Their mails: one a month and address, deliveries as in the outbox.
CREATE TABLE report_mails (
  key TEXT PRIMARY KEY,                -- the mail's id is made from it
  name TEXT NOT NULL,
  month TEXT NOT NULL,
  address TEXT NOT NULL,
  state TEXT NOT NULL,
  not_before INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  attempted_at INTEGER,                -- the first attempt, and the mail's date
  looked INTEGER NOT NULL DEFAULT 0,   -- times the mailbox was asked about an unknown one
  sent_at INTEGER,
  error TEXT NOT NULL DEFAULT '',
  error_label TEXT NOT NULL DEFAULT '',
  hint TEXT NOT NULL DEFAULT '',
  UNIQUE (name, month, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX report_mails_due ON report_mails (not_before)
  WHERE state IN ('queued', 'sending', 'unknown');

-- Filters with an order that a moderator saved from the screen; the configuration has others.
CREATE TABLE views (
  id INTEGER PRIMARY KEY AUTOINCREMENT,-- in the order of saving
  moderator TEXT NOT NULL,
  key TEXT NOT NULL,
  title TEXT NOT NULL,
  filter TEXT NOT NULL,
  sort TEXT NOT NULL,
  UNIQUE (moderator, key)
) STRICT;

-- Decisions under one name, recorded on the screen; the configuration has others.
CREATE TABLE macros (
  id INTEGER PRIMARY KEY AUTOINCREMENT,-- in the order of saving
  moderator TEXT NOT NULL,
  name TEXT NOT NULL,
  key TEXT NOT NULL,                   -- as a person writes it: m p; '' for none
  steps TEXT NOT NULL,                 -- JSON list of actions with their arguments
  UNIQUE (moderator, name)
) STRICT;

-- What is told in public of competitors' profiles, and of our own beside them, by their keys.
CREATE TABLE profiles (
  key TEXT PRIMARY KEY,
  tried_at INTEGER,                    -- when it was last read, or tried to be
  seen_at INTEGER,                     -- when it was last read to the end
  read_since INTEGER,                  -- every post published from here
  read_until INTEGER,                  -- until here was read; NULL: none
  trouble TEXT NOT NULL DEFAULT '',    -- what kind of error the last try ended with
  said TEXT NOT NULL DEFAULT ''        -- and what the platform said
) STRICT, WITHOUT ROWID;
CREATE TABLE profile_figures (
  profile TEXT NOT NULL,
  figure TEXT NOT NULL,                -- audience, posts, reactions, comments, shares
  day TEXT NOT NULL,                   -- 2026-10-31, of the moderators' zone
  days INTEGER NOT NULL,               -- so many days that end with this one; an audience: 1
  value INTEGER NOT NULL,
  origin TEXT NOT NULL,                -- api, csv, hand
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (profile, figure, day, days)
) STRICT, WITHOUT ROWID;
CREATE TABLE profile_posts (
  profile TEXT NOT NULL,
  platform_id TEXT NOT NULL,           -- or made from its link
  at INTEGER NOT NULL,
  text TEXT NOT NULL,
  link TEXT NOT NULL,
  reactions INTEGER,                   -- NULL: not told, which is not none
  comments INTEGER,
  shares INTEGER,
  origin TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (profile, platform_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX profile_posts_at ON profile_posts (profile, at);
-- Comments under their posts, of which only the moments are kept: who wrote what is not.
CREATE TABLE profile_comments (
  profile TEXT NOT NULL,
  comment TEXT NOT NULL,               -- what tells it from others
  at INTEGER NOT NULL,
  answered_at INTEGER,                 -- the profile's first answer
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (profile, comment)
) STRICT, WITHOUT ROWID;
CREATE INDEX profile_comments_at ON profile_comments (profile, at);

CREATE TABLE presence (
  moderator TEXT PRIMARY KEY,
  seen_at INTEGER NOT NULL,
  doing TEXT NOT NULL
) STRICT;

CREATE TABLE told (                    -- alerts given, so that one inbox of a moderator gives each
  moderator TEXT NOT NULL,
  kind TEXT NOT NULL,                  -- red, due, asked
  thread_id INTEGER NOT NULL,
  wait INTEGER NOT NULL,               -- when the wait it was about began
  PRIMARY KEY (moderator, kind, thread_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
  key TEXT PRIMARY KEY,                -- paused, engine, sync_asked
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  thread_id INTEGER NOT NULL           -- 0: not one thread; counts, channels, settings
) STRICT;

CREATE VIRTUAL TABLE message_words USING fts5 (
  text, content='', tokenize='unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE contact_names USING fts5 (
  name, content='', tokenize='unicode61 remove_diacritics 2'
);
