// Doing things, with the notices that follow.
import { act } from './store.js';
import { showNews } from './news.js';
import { toast } from './toasts.js';

/** Does something. Notices tell what went wrong; `quiet` leaves that to the caller. */
export async function perform(what, { quiet = false } = {}) {
  try {
    const answer = await act(what);
    if (answer.problem && !quiet) toast(answer.problem, what.kind === 'advance' ? 'note' : 'failure');
    for (const rule of answer.broken ?? []) toast(`Slack would not allow this: ${rule}`);
    if (what.kind === 'advance' && !answer.problem) showNews(answer.news);
    return answer;
  } catch (error) {
    toast(error instanceof TypeError ? 'The demo does not answer. Is it still running?' : error.message);
    return { problem: error.message };
  }
}

/** The same for a button: it rests until the answer is there, so that a second click does nothing. */
export async function pressing(button, what) {
  if (button.getAttribute('aria-disabled') === 'true') return null;
  button.setAttribute('aria-disabled', 'true');
  try {
    return await perform(what);
  } finally {
    button.removeAttribute('aria-disabled');
  }
}
