import { DomainError } from '../domain-error.ts'
import type { Stores } from '../ports/unit-of-work.ts'
import type { Address, NewAddress } from './address.ts'
import { checkToken } from './address-form.ts'
import { checkIdentifier, readLocale } from './checks.ts'
import { chooseProvider } from './choose-provider.ts'
import type { ConfiguredProvider } from './configured-provider.ts'
import type { DirectoryParts } from './directory-parts.ts'
import { deviceNotFound, userNotFound } from './not-found.ts'
import { isNumber, type Page, type PageRequest } from './page.ts'
import { readUserPage } from './user-page.ts'

export interface Addresses {
  /**
   * Registers an address. A token that is registered again keeps its address and counts as fresh; one
   * that another device or user had moves, and what was on its way to them is not sent to it.
   */
  add(address: NewAddress): Promise<Address>
  /** The same by its owner: a mailbox or number that is another user's stays theirs. */
  claim(address: NewAddress): Promise<Address>
  /** In the order in which they were added. */
  list(uid: string, page?: PageRequest): Promise<Page<Address>>
  show(id: string): Promise<Address>
  remove(id: string): Promise<void>
  /** The same by its owner: of what is another user's there is none. */
  removeOwn(uid: string, id: string): Promise<void>
}

/** Each message goes to all of them, so they are few: for a device, and for a person. */
export const ADDRESSES_MAX = 10

export function createAddresses(parts: DirectoryParts): Addresses {
  const { unitOfWork } = parts
  return {
    add: (address) => add(parts, address, ({ addresses }, row) => addresses.insert(row)),
    claim: (address) => add(parts, address, claim),
    list: (uid, page = {}) =>
      readUserPage(
        parts,
        uid,
        page,
        ({ id }) => id,
        ({ addresses }, slice) => addresses.list(uid, slice),
        isNumber,
      ),
    async show(id) {
      const found = isNumber(id)
        ? await unitOfWork.run(({ addresses }) => addresses.find(id))
        : undefined
      if (found === undefined) throw addressNotFound(id)
      return found
    },
    async remove(id) {
      const removed =
        isNumber(id) && (await unitOfWork.run(({ addresses }) => addresses.remove(id)))
      if (!removed) throw addressNotFound(id)
    },
    async removeOwn(uid, id) {
      const removed =
        isNumber(id) && (await unitOfWork.run(({ addresses }) => addresses.removeOwn(uid, id)))
      if (!removed) throw addressNotFound(id)
    },
  }
}

type Row = Parameters<Stores['addresses']['insert']>[0]

/** Whoever has a phone in hand has its token, but anybody can write down a number. */
async function claim({ addresses }: Stores, row: Row): Promise<Address> {
  if (row.channel === 'push' || !(await addresses.isOfAnother(row))) return addresses.insert(row)
  throw new DomainError('ADDRESS_TAKEN', 'it is registered for another user', 'token')
}

async function add(
  { unitOfWork, providers }: DirectoryParts,
  address: NewAddress,
  insert: (stores: Stores, row: Row) => Promise<Address>,
): Promise<Address> {
  const { channel } = address
  const locale = address.locale === undefined ? undefined : readLocale('locale', address.locale)
  if (address.channel === 'push') checkIdentifier('clientId', address.clientId)
  else checkIdentifier('uid', address.uid)
  checkToken(channel, address.token)
  const entries = providers()
  return unitOfWork.run(async (stores) => {
    const { app, ...owner } = await lockOwner(stores, address)
    const { name: provider, entry } = chooseProvider(entries, { ...address, app })
    const token = readToken(entry, address.token)
    const added = await insert(stores, { ...owner, channel, provider, token, locale })
    if ((await stores.addresses.count(owner)) > ADDRESSES_MAX) throw tooMany(owner)
    return added
  })
}

/** As its provider spells it. */
function readToken(provider: ConfiguredProvider, token: string): string {
  const fault = provider.tokenFault(token)
  if (fault === undefined) return provider.canonicalToken(token)
  throw new DomainError('INVALID_ADDRESS', `token ${fault}`, 'token')
}

interface Owner {
  readonly uid: string
  readonly clientId: string | undefined
}

/** Locked, so that two who add at once count each other's. */
async function lockOwner(
  { users, devices }: Stores,
  address: NewAddress,
): Promise<Owner & { readonly app: string | undefined }> {
  if (address.channel !== 'push') {
    const { uid } = address
    if (!(await users.lock(uid))) throw userNotFound(uid)
    return { uid, clientId: undefined, app: undefined }
  }
  const { clientId } = address
  await devices.lock(clientId)
  const device = await devices.find(clientId)
  if (device === undefined) throw deviceNotFound(clientId)
  return { uid: device.uid, clientId, app: device.app }
}

function addressNotFound(id: string): DomainError {
  return new DomainError('ADDRESS_NOT_FOUND', `no address ${JSON.stringify(id)}`, 'id')
}

function tooMany({ uid, clientId }: Owner): DomainError {
  const message = `"${clientId ?? uid}" has ${ADDRESSES_MAX} addresses: remove old ones first`
  const field = clientId === undefined ? 'uid' : 'clientId'
  return new DomainError('TOO_MANY_ADDRESSES', message, field)
}
