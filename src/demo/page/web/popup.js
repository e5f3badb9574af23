// Lists and menus that open at a control, above everything else, dialogs included.

/** Puts `box` under `anchor`, or above it where there is no room, and within the window. */
export function openAt(box, anchor, wide = false) {
  box.popover = 'manual';
  if (!box.matches(':popover-open')) box.showPopover();
  place(box, anchor, wide);
  if (!box.follow) {
    box.follow = (event) => { if (!box.contains(event.target)) place(box, anchor, wide); };
    window.addEventListener('scroll', box.follow, true);
    window.addEventListener('resize', box.follow);
  }
}

export function close(box) {
  if (box.isConnected && box.matches(':popover-open')) box.hidePopover();
  window.removeEventListener('scroll', box.follow, true);
  window.removeEventListener('resize', box.follow);
  box.follow = null;
}

function place(box, anchor, wide) {
  const at = anchor.getBoundingClientRect();
  const gap = 4;
  const edge = 8;
  box.style.minWidth = wide ? `${at.width}px` : '';
  box.style.maxWidth = `${window.innerWidth - 2 * edge}px`;
  const below = window.innerHeight - at.bottom - gap - edge;
  const above = at.top - gap - edge;
  const isBelow = below >= Math.min(box.scrollHeight, 200) || below >= above;
  box.style.maxHeight = `${Math.max(120, Math.min(320, isBelow ? below : above))}px`;
  box.style.left = `${Math.max(edge, Math.min(at.left, window.innerWidth - box.offsetWidth - edge))}px`;
  box.style.top = isBelow ? `${at.bottom + gap}px` : `${Math.max(edge, at.top - gap - box.offsetHeight)}px`;
}
