/** One item, or a set where there are more: most have one, and a set for each would cost 200 bytes. */
export type OneOrMany<Item extends object> = Item | Set<Item> | undefined

/** Adds an item; returns what to keep instead. */
export function addOne<Item extends object>(items: OneOrMany<Item>, item: Item): OneOrMany<Item> {
  if (items === undefined || items === item) return item
  return items instanceof Set ? items.add(item) : new Set([items, item])
}

/** Removes an item; returns what to keep instead, `undefined` where nothing is left. */
export function removeOne<Item extends object>(items: OneOrMany<Item>, item: Item): OneOrMany<Item> {
  if (items === item) return undefined
  if (items instanceof Set) items.delete(item)
  return items instanceof Set && items.size === 0 ? undefined : items
}

/** The items, of which some may be removed while they are gone through. */
export function listOf<Item extends object>(items: OneOrMany<Item>): readonly Item[] {
  if (items === undefined) return []
  return items instanceof Set ? [...items] : [items]
}
