// Rich text, as Slack's own editor makes it.
import { el } from './dom.js';
import { emoji } from './emoji.js';
import { channel, link, mention, usergroup } from './mrkdwn.js';
import { slackDate } from './time.js';

export function richText(elements) {
  return elements.map((part) => {
    switch (part.type) {
      case 'rich_text_section': return el('div', {}, part.elements.map(piece));
      case 'rich_text_quote': return el('blockquote', {}, part.elements.map(piece));
      case 'rich_text_preformatted': return el('pre', {}, el('code', {}, part.elements.map(piece)));
      case 'rich_text_list': return el(part.style === 'ordered' ? 'ol' : 'ul', { class: `indent-${Math.min(part.indent ?? 0, 4)}` },
        part.elements.map((item) => el('li', {}, (item.elements ?? []).map(piece))));
      default: return el('span', { class: 'cannot' }, `Rich text of type “${part.type}” that this page cannot draw.`);
    }
  });
}

function piece(part) {
  return styled(bare(part), part.style ?? {});
}

function bare(part) {
  switch (part.type) {
    case 'text': return part.text;
    case 'link': return link(part.url, [part.text || part.url]) ?? part.text ?? part.url;
    case 'user': return mention(part.user_id);
    case 'channel': return channel(part.channel_id);
    case 'usergroup': return usergroup(part.usergroup_id);
    case 'broadcast': return el('span', { class: 'mention' }, `@${part.range}`);
    case 'emoji': return emoji(part.name) ?? `:${part.name}:`;
    case 'date': return el('time', {}, slackDate(part.timestamp * 1000, part.format ?? '{date}'));
    case 'color': return part.value;
    default: return part.text ?? `[${part.type}]`;
  }
}

function styled(node, style) {
  const tags = [['bold', 'strong'], ['italic', 'em'], ['strike', 's'], ['code', 'code']];
  return tags.reduce((inner, [name, tag]) => (style[name] ? el(tag, {}, inner) : inner), node);
}
