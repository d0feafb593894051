-- Views for other programs: Datasette, DuckDB, a spreadsheet. docs/open-data.md is written from
-- what stands here: the line before a view tells what its rows are, the end of a line its column.
-- Times are UTC as text (2026-10-17 09:30:00), spans are seconds, 1 is true and 0 false, and ''
-- is nobody or nothing.

-- A channel: one connected account.
CREATE VIEW report_channels AS SELECT
  id AS channel_id, -- its number
  key AS channel, -- as in the configuration
  brand, -- as in the configuration
  platform, -- facebook, instagram, matrix, mail, manual
  title, -- the name on screen
  datetime(synced_at / 1000, 'unixepoch') AS synced_at -- when the last sync succeeded
FROM channels;

-- A post, ad or other place that has comments.
CREATE VIEW report_posts AS SELECT
  p.id AS post, -- its number
  c.key AS channel, -- its channel
  p.kind, -- post, ad, visitor_post, media, mention, review, room, group
  p.text, -- its text
  p.permalink, -- its web address
  datetime(p.created_at / 1000, 'unixepoch') AS created_at, -- when it was published
  coalesce((SELECT min(campaign) FROM campaign_posts k WHERE k.platform_id = p.platform_id), '') AS campaign -- its campaign
FROM posts p JOIN channels c ON c.id = p.channel_id;

-- A contact, with one id on one channel.
CREATE VIEW report_contacts AS SELECT
  k.id AS contact, -- their number
  c.key AS channel, -- the channel on which they wrote
  k.name, -- as on the platform; '' if unknown or erased
  datetime(k.first_seen_at / 1000, 'unixepoch') AS first_seen_at, -- when their first message was seen
  k.blocked_at IS NOT NULL AS is_blocked -- whether the brand has blocked them
FROM contacts k JOIN channels c ON c.id = k.channel_id;

-- A thread: one line in the list.
CREATE VIEW report_threads AS SELECT
  t.id AS thread, -- its number, as in `carecli show`
  c.key AS channel, -- its channel
  c.brand, -- its brand
  t.point, -- contact point: dm, comment, ad, group, mention, review, email, call
  t.post_id AS post, -- its post, NULL for none
  t.contact_id AS contact, -- who opened it, NULL if the brand did
  t.colour, -- green, yellow, red
  t.colour_by, -- who or what chose it: moderator:ana, rule:allergy; '' for untriaged
  t.team, -- the team that answers it
  t.assignee, -- the moderator to whom it is assigned
  t.flagged AS is_flagged, -- whether it is flagged
  t.safety, -- '', raised or confirmed
  t.waiting AS is_waiting, -- whether anybody is waiting
  datetime(t.deadline / 1000, 'unixepoch') AS deadline, -- of the most urgent open wait
  t.outcome, -- the outcome of its last wait
  t.message_count AS messages, -- the number of its messages
  datetime(t.opened_at / 1000, 'unixepoch') AS opened_at, -- the time of its first message
  datetime(t.last_message_at / 1000, 'unixepoch') AS last_message_at, -- the time of its newest message
  coalesce((SELECT group_concat(label, ' ') FROM thread_labels l WHERE l.thread_id = t.id), '') AS labels -- separated by spaces
FROM threads t JOIN channels c ON c.id = t.channel_id;

-- A message, in or out.
CREATE VIEW report_messages AS SELECT
  m.id AS message, -- its number
  m.thread_id AS thread, -- its thread
  m.contact_id AS contact, -- its author, NULL for the brand
  CASE WHEN m.contact_id IS NULL THEN 'out' ELSE 'in' END AS direction, -- in or out
  m.text, -- its text; written by other people, so beware of formulas in spreadsheets
  datetime(m.created_at / 1000, 'unixepoch') AS created_at, -- the platform's time
  datetime(m.seen_at / 1000, 'unixepoch') AS seen_at, -- when carecli first saw it
  (m.seen_at - m.created_at) / 1000.0 AS lag, -- the time between these two
  m.visibility, -- visible, hidden, deleted_by_us, withdrawn, gone
  datetime(m.settled_at / 1000, 'unixepoch') AS settled_at, -- when it was hidden, deleted or withdrawn
  m.settled_by, -- who hid or deleted it
  datetime(m.edited_at / 1000, 'unixepoch') AS edited_at, -- when an edit was noticed
  m.liked AS is_liked, -- whether the brand likes it
  m.permalink -- its web address
FROM messages m;

-- A wait: from a contact's first unanswered message until its outcome. All KPIs are based on waits.
CREATE VIEW report_waits AS SELECT
  w.id AS wait, -- its number
  w.thread_id AS thread, -- its thread
  w.contact_id AS contact, -- the contact who waited
  c.key AS channel, -- its channel
  c.brand, -- its brand
  t.point, -- contact point
  w.ordinal, -- the contact's n-th wait in this thread
  w.colour, -- its colour now, or when it was judged
  t.team, -- the present team of the thread
  datetime(w.started_at / 1000, 'unixepoch') AS started_at, -- the time of the first unanswered message
  datetime(w.deadline / 1000, 'unixepoch') AS deadline, -- when it must end
  datetime(w.ended_at / 1000, 'unixepoch') AS ended_at, -- NULL while open
  (w.ended_at - w.started_at) / 1000.0 AS took, -- how long it took, NULL while open
  w.outcome, -- replied, replied_elsewhere, no_reply_needed, moderated, withdrawn, window_closed
  w.reason, -- why no reply was needed
  w.ended_by, -- moderator:ana, rule:contest
  CASE WHEN w.ended_by LIKE 'moderator:%' THEN substr(w.ended_by, 11) ELSE '' END AS moderator, -- the moderator who ended it
  CASE WHEN w.outcome IN ('replied', 'replied_elsewhere') THEN w.ended_at <= w.deadline END AS is_in_time, -- NULL if it was not answered
  w.first_message_id AS first_message, -- the message with which it began
  w.answer_id AS answer -- the message that ended it, if any
FROM waits w JOIN threads t ON t.id = w.thread_id JOIN channels c ON c.id = t.channel_id;

-- A decision of a moderator, a rule or a script, in the order in which they were made.
CREATE VIEW report_decisions AS SELECT
  d.id AS decision, -- its number
  datetime(d.at / 1000, 'unixepoch') AS at, -- when
  d.actor, -- moderator:ana, rule:allergy, platform:avon-fb
  d.verb, -- reply, recolour, assign, flag, done, …
  d.thread_id AS thread, -- its thread, NULL for none
  d.message_id AS message, -- its message, NULL for the whole thread
  d.args, -- its fields, as JSON
  d.batch, -- the first decision of the same batch, 0 for a single decision
  d.undone AS is_undone -- whether it was undone
FROM decisions d;

-- Something that was sent to a platform, or is waiting to be sent.
CREATE VIEW report_outbox AS SELECT
  o.id AS item, -- its number
  o.thread_id AS thread, -- its thread
  o.message_id AS message, -- the message that it answers, hides, likes …
  c.key AS channel, -- its channel
  o.verb, -- reply, private_reply, hide, unhide, delete, like, unlike, block, unblock, case
  o.actor, -- who decided it
  o.state, -- queued, sending, sent, failed, unknown, cancelled
  datetime(o.created_at / 1000, 'unixepoch') AS created_at, -- when it was decided
  datetime(o.sent_at / 1000, 'unixepoch') AS sent_at, -- when the platform confirmed it
  o.attempts, -- the number of attempts
  o.error -- the last error
FROM outbox o JOIN channels c ON c.id = o.channel_id;

-- A reply that was sent from a snippet.
CREATE VIEW report_snippets AS SELECT
  u.decision_id AS decision, -- the decision to reply
  u.snippet, -- its name
  u.similarity, -- 1: sent unchanged, 0: nothing of it was kept
  datetime(u.at / 1000, 'unixepoch') AS at -- when
FROM snippet_uses u;

-- What a rule did, would have done, or proposes to do.
CREATE VIEW report_rules AS SELECT
  r.id AS deed, -- its number
  r.rule, -- its name
  r.kind, -- hide, reply, colour, …
  r.state, -- shadow, waiting, done, declined, refused
  datetime(r.at / 1000, 'unixepoch') AS at, -- when
  r.thread_id AS thread, -- its thread
  r.message_id AS message, -- its message
  r.verdict -- right or wrong, if a person marked it
FROM rule_deeds r;

-- A code of a message, given by a person or a rule. Suggestions are not included.
CREATE VIEW report_codes AS SELECT
  k.message_id AS message, -- its message
  k.thread_id AS thread, -- its thread
  k.kind, -- sentiment, stage, theme
  k.value, -- positive, loyalty, packaging, …
  k.by, -- moderator:ana, rule:packaging
  datetime(k.at / 1000, 'unixepoch') AS at -- when
FROM codes k;

-- An outstanding quote, without names.
CREATE VIEW report_quotes AS SELECT
  q.message_id AS message, -- its message
  q.thread_id AS thread, -- its thread
  q.text, -- as it was saved
  q.by, -- who saved it
  datetime(q.at / 1000, 'unixepoch') AS at -- when
FROM quotes q;

-- Calls to the contact centre. A day without a row is unknown.
CREATE VIEW report_calls AS SELECT
  c.day, -- in the moderators' time zone: 2026-10-31
  c.brand, -- '' for all brands together
  c.n AS calls, -- the number of calls
  c.by -- who entered them
FROM calls c;

-- A public figure of a competitor's profile, or of one of your own.
CREATE VIEW report_profiles AS SELECT
  f.profile, -- its key in the configuration
  f.figure, -- audience, posts, reactions, comments, shares
  f.day, -- in the moderators' time zone; for several days, the last one
  f.days, -- the number of days it covers
  f.value, -- the figure
  f.origin -- api, csv, hand
FROM profile_figures f;

-- A post of such a profile.
CREATE VIEW report_profile_posts AS SELECT
  p.profile, -- its profile
  datetime(p.at / 1000, 'unixepoch') AS at, -- when it was published
  p.text, -- its text
  p.link, -- its web address
  p.reactions, -- NULL: unknown, which is not 0
  p.comments, -- NULL: unknown
  p.shares, -- NULL: unknown
  p.origin -- api, csv, hand
FROM profile_posts p;
