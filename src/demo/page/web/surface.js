// Where a control stands, in the words of the acts.

/** `context.on`: a message, a modal or the Home tab; `context.block`: the block. */
export function place(context, element) {
  return { on: context.on, block: context.block.block_id, action: element.action_id };
}

/** What is filled in there, as Slack keeps it. */
export function entryOf(context, element) {
  return context.values?.[context.block.block_id]?.[element.action_id];
}
