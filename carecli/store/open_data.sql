-- Views for other programs: Datasette, DuckDB, a spreadsheet. docs/open-data.md is written from
-- what stands here: the line before a view tells what its rows are, the end of a line its column.
-- Times are UTC as text (2026-10-17 09:30:00), spans are seconds, 1 is true and 0 false, and ''
-- is nobody or nothing.

-- A channel: one connected account.
CREATE VIEW report_channels AS SELECT
  id AS channel_id, -- its number
  key AS channel, -- as in the configuration
  brand, -- likewise
  platform, -- facebook, instagram, matrix, mail, manual
  title, -- as shown
  datetime(synced_at / 1000, 'unixepoch') AS synced_at -- when a pull last ended well
FROM channels;

-- A post, ad or other place that comments are under.
CREATE VIEW report_posts AS SELECT
  p.id AS post, -- its number
  c.key AS channel, -- where it stands
  p.kind, -- post, ad, visitor_post, media, mention, review, room, group
  p.text, -- what it says
  p.permalink, -- its address
  datetime(p.created_at / 1000, 'unixepoch') AS created_at, -- when it was published
  coalesce((SELECT min(campaign) FROM campaign_posts k WHERE k.platform_id = p.platform_id), '') AS campaign -- the campaign it counts for
FROM posts p JOIN channels c ON c.id = p.channel_id;

-- A person on the other side, under one id of one channel.
CREATE VIEW report_contacts AS SELECT
  k.id AS contact, -- their number
  c.key AS channel, -- where they wrote
  k.name, -- as the platform shows it; '' nameless or forgotten
  datetime(k.first_seen_at / 1000, 'unixepoch') AS first_seen_at, -- their first message here
  k.blocked_at IS NOT NULL AS is_blocked -- whether the brand keeps them from writing
FROM contacts k JOIN channels c ON c.id = k.channel_id;

-- A thread: a line of the list.
CREATE VIEW report_threads AS SELECT
  t.id AS thread, -- its number, as `carecli show` takes it
  c.key AS channel, -- where it is
  c.brand, -- whose it is
  t.point, -- contact point: dm, comment, ad, group, mention, review, email, call
  t.post_id AS post, -- what it is under, NULL for none
  t.contact_id AS contact, -- who opened it, NULL where the brand did
  t.colour, -- green, yellow, red
  t.colour_by, -- who or what chose it, '' untriaged: moderator:ana, rule:allergy
  t.team, -- whose it is to answer
  t.assignee, -- the moderator it belongs to
  t.flagged AS is_flagged, -- whether its flag is up
  t.safety, -- '', raised or confirmed
  t.waiting AS is_waiting, -- whether anybody waits
  datetime(t.deadline / 1000, 'unixepoch') AS deadline, -- of the most urgent open wait
  t.outcome, -- of the wait that ended last
  t.message_count AS messages, -- how many it holds
  datetime(t.opened_at / 1000, 'unixepoch') AS opened_at, -- its first message
  datetime(t.last_message_at / 1000, 'unixepoch') AS last_message_at, -- its newest
  coalesce((SELECT group_concat(label, ' ') FROM thread_labels l WHERE l.thread_id = t.id), '') AS labels -- separated by spaces
FROM threads t JOIN channels c ON c.id = t.channel_id;

-- A message, in or out.
CREATE VIEW report_messages AS SELECT
  m.id AS message, -- its number
  m.thread_id AS thread, -- where it stands
  m.contact_id AS contact, -- its author, NULL for the brand
  CASE WHEN m.contact_id IS NULL THEN 'out' ELSE 'in' END AS direction, -- in or out
  m.text, -- what it says; somebody else's words, so beware of formulas in spreadsheets
  datetime(m.created_at / 1000, 'unixepoch') AS created_at, -- the platform's time
  datetime(m.seen_at / 1000, 'unixepoch') AS seen_at, -- when carecli first saw it
  (m.seen_at - m.created_at) / 1000.0 AS lag, -- between the two
  m.visibility, -- visible, hidden, deleted_by_us, withdrawn, gone
  datetime(m.settled_at / 1000, 'unixepoch') AS settled_at, -- when it stopped needing an answer so
  m.settled_by, -- who hid or deleted it
  datetime(m.edited_at / 1000, 'unixepoch') AS edited_at, -- when an edit was noticed
  m.liked AS is_liked, -- whether the brand likes it
  m.permalink -- its address
FROM messages m;

-- A wait: from a contact's first unanswered message until it ended. All KPIs come from these.
CREATE VIEW report_waits AS SELECT
  w.id AS wait, -- its number
  w.thread_id AS thread, -- where
  w.contact_id AS contact, -- who waited
  c.key AS channel, -- where
  c.brand, -- whose
  t.point, -- contact point
  w.ordinal, -- the contact's n-th wait in this thread
  w.colour, -- now, or when it was judged
  t.team, -- of the thread, now
  datetime(w.started_at / 1000, 'unixepoch') AS started_at, -- the first unanswered message
  datetime(w.deadline / 1000, 'unixepoch') AS deadline, -- when it must have ended
  datetime(w.ended_at / 1000, 'unixepoch') AS ended_at, -- NULL while open
  (w.ended_at - w.started_at) / 1000.0 AS took, -- how long it took, NULL while open
  w.outcome, -- replied, replied_elsewhere, no_reply_needed, moderated, withdrawn, window_closed
  w.reason, -- why no reply was needed
  w.ended_by, -- moderator:ana, rule:contest
  CASE WHEN w.ended_by LIKE 'moderator:%' THEN substr(w.ended_by, 11) ELSE '' END AS moderator, -- of us
  CASE WHEN w.outcome IN ('replied', 'replied_elsewhere') THEN w.ended_at <= w.deadline END AS is_in_time, -- NULL where it was not answered
  w.first_message_id AS first_message, -- that began it
  w.answer_id AS answer -- the message that ended it, where one did
FROM waits w JOIN threads t ON t.id = w.thread_id JOIN channels c ON c.id = t.channel_id;

-- A decision: what a moderator, a rule or a script decided, in the order it was.
CREATE VIEW report_decisions AS SELECT
  d.id AS decision, -- its number
  datetime(d.at / 1000, 'unixepoch') AS at, -- when
  d.actor, -- moderator:ana, rule:allergy, platform:avon-fb
  d.verb, -- reply, recolour, assign, flag, done, …
  d.thread_id AS thread, -- about which, NULL for none
  d.message_id AS message, -- about which, NULL for the whole thread
  d.args, -- its fields, as JSON
  d.batch, -- the first decision taken together with it, 0 alone
  d.undone AS is_undone -- whether it was taken back
FROM decisions d;

-- Something done on a platform, or still to be done.
CREATE VIEW report_outbox AS SELECT
  o.id AS item, -- its number
  o.thread_id AS thread, -- where
  o.message_id AS message, -- what it answers, hides, likes …
  c.key AS channel, -- through which
  o.verb, -- reply, private_reply, hide, unhide, delete, like, unlike, block, unblock, case
  o.actor, -- who wants it
  o.state, -- queued, sending, sent, failed, unknown, cancelled
  datetime(o.created_at / 1000, 'unixepoch') AS created_at, -- when it was decided
  datetime(o.sent_at / 1000, 'unixepoch') AS sent_at, -- when the platform acknowledged it
  o.attempts, -- how many it took
  o.error -- what went wrong last
FROM outbox o JOIN channels c ON c.id = o.channel_id;

-- A reply that was written from a saved one.
CREATE VIEW report_snippets AS SELECT
  u.decision_id AS decision, -- to reply
  u.snippet, -- its name
  u.similarity, -- 1 sent as it was, 0 nothing of it was left
  datetime(u.at / 1000, 'unixepoch') AS at -- when
FROM snippet_uses u;

-- What a rule did, would have done, or wants to be allowed to do.
CREATE VIEW report_rules AS SELECT
  r.id AS deed, -- its number
  r.rule, -- its name
  r.kind, -- hide, reply, colour, …
  r.state, -- shadow, waiting, done, declined, refused
  datetime(r.at / 1000, 'unixepoch') AS at, -- when
  r.thread_id AS thread, -- where
  r.message_id AS message, -- of what
  r.verdict -- right or wrong, where a person said so
FROM rule_deeds r;

-- What a message expresses, as people and rules said; what was only suggested is not here.
CREATE VIEW report_codes AS SELECT
  k.message_id AS message, -- which
  k.thread_id AS thread, -- where
  k.kind, -- sentiment, stage, theme
  k.value, -- positive, loyalty, packaging, …
  k.by, -- moderator:ana, rule:packaging
  datetime(k.at / 1000, 'unixepoch') AS at -- when
FROM codes k;

-- An outstanding quote, names removed.
CREATE VIEW report_quotes AS SELECT
  q.message_id AS message, -- which
  q.thread_id AS thread, -- where
  q.text, -- as it was kept
  q.by, -- who picked it
  datetime(q.at / 1000, 'unixepoch') AS at -- when
FROM quotes q;

-- Calls to the contact centre; a day without a row is not known.
CREATE VIEW report_calls AS SELECT
  c.day, -- of the moderators' zone: 2026-10-31
  c.brand, -- '' where brands are not told apart
  c.n AS calls, -- how many
  c.by -- who entered them
FROM calls c;

-- A figure told in public of a competitor's profile, or of our own beside them.
CREATE VIEW report_profiles AS SELECT
  f.profile, -- its key in the configuration
  f.figure, -- audience, posts, reactions, comments, shares
  f.day, -- of the moderators' zone; the last one it is of
  f.days, -- how many days it is of
  f.value, -- the figure
  f.origin -- api, csv, hand
FROM profile_figures f;

-- A post of such a profile.
CREATE VIEW report_profile_posts AS SELECT
  p.profile, -- whose
  datetime(p.at / 1000, 'unixepoch') AS at, -- when it was published
  p.text, -- what it says
  p.link, -- its address
  p.reactions, -- NULL: not told, which is not none
  p.comments, -- likewise
  p.shares, -- likewise
  p.origin -- api, csv, hand
FROM profile_posts p;
