// Drives the practice platform with Meta's JavaScript SDK, and writes what it was told as JSON.
// Arguments: the platform's address, a page's token, and as JSON the ids of what to do it to.
const bizSdk = require('facebook-nodejs-business-sdk');
const { FacebookAdsApi, FacebookAdsApiBatch, Page, PagePost, Comment, IGUser, IGMedia, IGComment } = bizSdk;

const [, , url, token, told] = process.argv;
const ids = JSON.parse(told);
Object.defineProperty(FacebookAdsApi, 'GRAPH', { get: () => url });
const api = FacebookAdsApi.init(token, 'en_US', false);

async function everything(cursor) {
  const found = [...cursor];
  while (cursor.hasNext()) {
    await cursor.next();
    found.push(...cursor);
  }
  return found;
}

const plain = (answer) => answer._data || answer;

async function refusal(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    return { status: error.status, code: (error.response || {}).code };
  }
}

async function run() {
  const out = {};
  const page = new Page(ids.page);
  out.name = (await page.get(['name'])).name;
  out.app = await api.getAppID().then((answer) => answer.data.data.app_id);
  for (const edge of ['PublishedPosts', 'VisitorPosts', 'Tagged', 'AdsPosts', 'Ratings']) {
    out[edge] = (await page[`get${edge}`]([], { limit: 50 })).length;
  }
  const post = new PagePost(ids.post);
  const comments = await post.getComments(
    ['id', 'message', 'from', 'parent'],
    { filter: 'STREAM', order: 'REVERSE_CHRONOLOGICAL', summary: true, limit: 3 },
  );
  out.total = comments.summary.total_count;
  out.comments = (await everything(comments)).map((one) => one.id);
  const reply = await new Comment(ids.comment).createComment(['id', 'message'], { message: 'Gracias' });
  out.reply = reply.id;
  await new Comment(ids.comment).createLike([], {});
  await new Comment(ids.comment).update([], { is_hidden: true });
  out.hidden = (await new Comment(ids.comment).get(['is_hidden', 'user_likes']))._data;
  await new Comment(ids.comment).deleteLikes({});
  out.removed = plain(await new Comment(reply.id).delete([]));

  const talks = await page.getConversations(['id', 'participants'], { platform: 'MESSENGER', limit: 2 });
  out.talks = (await everything(talks)).length;
  out.talksOnInstagram = (await page.getConversations(['id'], { platform: 'INSTAGRAM' })).length;
  out.sent = (await page.createMessage([], {
    recipient: { id: ids.person }, messaging_type: 'RESPONSE', message: { text: 'Hola' },
  }))._data;
  await page.createMessage([], { recipient: { id: ids.person }, sender_action: 'MARK_SEEN' });
  const privately = (recipient) => page.createMessage([], { recipient, message: { text: 'En privado' } });
  out.privateReply = (await privately({ comment_id: ids.comment }))._data;
  out.privateReplyToPost = (await privately({ post_id: ids.visitorPost }))._data;
  out.secondPrivateReply = await refusal(privately({ post_id: ids.visitorPost }));

  out.subscribed = (await page.createSubscribedApp([], { subscribed_fields: ['feed', 'messages'] }))._data;
  out.subscriptions = (await page.getSubscribedApps(['subscribed_fields'], {})).map((one) => one.subscribed_fields);
  out.unknownField = await refusal(page.createSubscribedApp([], { subscribed_fields: ['feeds'] }));
  out.unknownFilter = await refusal(post.getComments(['id'], { filter: 'EVERYTHING' }));
  await page.createBlocked([], { user: [ids.person] });
  out.blocked = (await page.getBlocked(['id'], {})).length;
  await page.deleteBlocked({ user: ids.person });

  const batch = new FacebookAdsApiBatch(api);
  const answers = [];
  const took = (answer) => answers.push(JSON.parse(answer.body ? JSON.stringify(answer.body) : '{}'));
  const first = batch.add('GET', [ids.page, 'published_posts'], { fields: 'id', limit: 2 }, null, took);
  first.name = 'posts';
  const second = batch.add('GET', '?ids={result=posts:$.data.*.id}', null, null, took);
  second.depends_on = 'posts';
  batch.add('GET', ['123_456'], { fields: 'id' }, null, took, (answer) => answers.push(answer._httpStatus));
  await batch.execute();
  out.batch = answers;

  const profile = new IGUser(ids.profile);
  out.media = (await profile.getMedia(['id'], { limit: 50 })).length;
  out.tags = (await profile.getTags(['id'], {})).length;
  const media = new IGMedia(ids.media);
  const first50 = await media.getComments(['id', 'text', 'from', 'replies{id}'], { limit: 50 });
  out.mediaComments = first50.length;
  const answer = await new IGComment(ids.mediaComment).createReply([], { message: 'Gracias' });
  out.mediaReply = answer.id;
  await new IGComment(ids.mediaComment).update([], { hide: true });
  out.mediaHidden = (await new IGComment(ids.mediaComment).get(['hidden'])).hidden;
  out.mediaRemoved = plain(await new IGComment(answer.id).delete([]));
  console.log(JSON.stringify(out));
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
