// Times, as the clocks of the chosen person show them.
import { store, zone } from './store.js';

const formats = new Map();

function format(options, place = zone()) {
  const key = JSON.stringify([options, place]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat('en-GB', { timeZone: place, ...options }));
  return formats.get(key);
}

export const clockTime = (at, place) => format({ hour: '2-digit', minute: '2-digit' }, place).format(at);
export const fullDay = (at, place) =>
  format({ weekday: 'long', day: 'numeric', month: 'long' }, place).format(at).replace(',', '');
export const shortDay = (at, place) =>
  format({ weekday: 'short', day: 'numeric', month: 'short' }, place).format(at).replace(',', '');
export const dayKey = (at) => format({ year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

/** "Europe/Madrid" is "Madrid". */
export function city(place) {
  return (place || '').split('/').pop().replaceAll('_', ' ');
}

/** "today", "yesterday", or the day. */
export function pretty(at) {
  const days = (instant) => Math.floor((instant + offset(instant, zone())) / 86_400_000);
  const gone = days(store.state.now) - days(at);
  if (gone === 0) return 'today';
  if (gone === 1) return 'yesterday';
  if (gone === -1) return 'tomorrow';
  return fullDay(at);
}

/** How far a zone's clocks are ahead of UTC, in milliseconds. */
function offset(at, place) {
  const parts = format({
    year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', hour12: false,
  }, place).formatToParts(at);
  const part = (name) => Number(parts.find(({ type }) => type === name).value);
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour') % 24, part('minute'), part('second'));
  return local - Math.floor(at / 1000) * 1000;
}

/** "2026-11-24T10:00" on the person's clocks, in seconds since 1970. */
export function toSeconds(local) {
  const naive = Date.parse(`${local}:00Z`);
  return Math.round((naive - offset(naive - offset(naive, zone()), zone())) / 1000);
}

/** And back. */
export function toLocal(seconds) {
  const at = seconds * 1000;
  return new Date(at + offset(at, zone())).toISOString().slice(0, 16);
}

/** Slack's own formats of a date: `{date_short} {time}`. */
export function slackDate(at, pattern) {
  const written = {
    date_num: () => format({ year: 'numeric', month: '2-digit', day: '2-digit' }).format(at).split('/').reverse().join('-'),
    date: () => format({ day: 'numeric', month: 'long', year: 'numeric' }).format(at),
    date_short: () => format({ day: 'numeric', month: 'short', year: 'numeric' }).format(at),
    date_long: () => format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(at),
    time: () => clockTime(at),
    time_secs: () => format({ hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at),
    ago: () => pretty(at),
  };
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => {
    if (name.endsWith('_pretty') && ['today', 'yesterday', 'tomorrow'].includes(pretty(at))) return pretty(at);
    return written[name.replace('_pretty', '')]?.() ?? whole;
  });
}
