// The beginning: the company is loaded, the address says who and where, and other tabs are listened for.
import { perform } from './acts.js';
import { drawClock } from './clock.js';
import { watchModal } from './modal.js';
import { hideNews, showTries } from './news.js';
import { drawPlace } from './place.js';
import { drawSidebar, toggleSidebar } from './sidebar.js';
import { isBehind, load, person, refresh, store } from './store.js';
import { drawThread } from './thread.js';
import { toast } from './toasts.js';

const LOOKS_EVERY = 1500;

/** `#/U0S01/C0WINS/1772.01`: who, where, and in which thread. */
function whereNow() {
  const [, as, at, thread] = location.hash.split('/').map((part) => {
    try { return decodeURIComponent(part); } catch { return ''; }
  });
  const someone = person(as ?? '').playable ? as : store.world.users.find((user) => user.groups.length > 0 && user.playable)?.id;
  return { as: someone, at: at || 'duet', thread: thread ?? '' };
}

async function go() {
  const before = store.here;
  store.here = whereNow();
  if (before.as !== store.here.as) hideNews();
  try {
    await refresh();
    if (store.here.at === 'home' && (before.at !== 'home' || before.as !== store.here.as)) await perform({ kind: 'open_home' });
  } catch (error) {
    toast(error.message);
  }
  document.documentElement.dataset.shown = `${store.here.as}/${store.here.at}`;
}

let isLost = false;

async function look() {
  if (document.visibilityState === 'visible' && document.documentElement.dataset.busy !== 'yes') {
    try {
      if (await isBehind()) await refresh();
      if (isLost) toast('The demo answers again.', 'note');
      isLost = false;
    } catch {
      if (!isLost) toast('The demo does not answer. Is it still running?');
      isLost = true;
    }
  }
  setTimeout(look, LOOKS_EVERY);
}

await load();
drawClock(() => toggleSidebar());
drawSidebar();
drawPlace();
drawThread();
watchModal();
window.addEventListener('hashchange', go);
// Whoever comes without an address comes for the first time.
const isFirstLook = location.hash === '';
await go();
if (isFirstLook) showTries();
document.documentElement.dataset.ready = 'yes';
setTimeout(look, LOOKS_EVERY);
