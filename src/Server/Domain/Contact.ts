const shape =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/

/** An inbox in the one form in which it is compared; `null` when it is not shaped like one (contract §4). */
export const normaliseContact = (text: string): string | null => {
  const contact = text.trim().toLowerCase()
  return contact.length <= 254 && contact.indexOf("@") <= 64 && shape.test(contact) ? contact : null
}

/** An inbox as it may be shown: enough for its owner to know it, too little to write to. */
export const redactContact = (contact: string): string => {
  const at = contact.lastIndexOf("@")
  return `${contact.slice(0, 1)}***${contact.slice(at)}`
}
