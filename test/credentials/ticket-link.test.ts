import { describe, expect, it } from 'vitest'
import { createJwtLink } from '../../src/credentials/jwt-link.ts'
import { createTicketMaker, type TicketClaims } from '../../src/credentials/ticket.ts'
import { createTicketLink } from '../../src/credentials/ticket-link.ts'
import { aJwtSettings, aPayload, SECRET, signWithSecret } from '../support/jwt-world.ts'
import { aClock, prove, refused, START_MS } from '../support/login-world.ts'

const OTHER_SECRET = `${SECRET}!`
const WRONG = refused('wrong-token')

function aTicket(
  claims: Partial<TicketClaims> = {},
  secrets: readonly string[] = [SECRET],
): string {
  const expiresAt = new Date(START_MS + 60_000)
  return createTicketMaker(secrets)({ uid: 'ann', clientId: undefined, expiresAt, ...claims })
}

function aLink(secrets: readonly string[] = [SECRET]) {
  const clock = aClock()
  return { link: createTicketLink({ secrets, now: clock.now }), clock }
}

describe('createTicketLink', () => {
  it('takes a ticket, which opens the door and does not end the connection', async () => {
    expect(await prove(aLink().link, { credential: aTicket() })).toEqual({ kind: 'proved' })
  })

  it('takes it until it ends', async () => {
    const { link, clock } = aLink()
    const credential = aTicket()

    clock.move(59_999)
    expect(await prove(link, { credential })).toMatchObject({ kind: 'proved' })
    clock.move(1)
    expect(await prove(link, { credential })).toEqual(refused('expired-token'))
  })

  it('takes it of the user whom it names, and of nobody else', async () => {
    expect(await prove(aLink().link, { credential: aTicket(), username: 'bob' })).toEqual(
      refused('token-of-another-user'),
    )
  })

  it('takes it from the device that it names, and from no other', async () => {
    const { link } = aLink()
    const credential = aTicket({ clientId: 'phone' })

    expect(await prove(link, { credential })).toMatchObject({ kind: 'proved' })
    expect(await prove(link, { credential, clientId: 'tablet' })).toEqual(
      refused('token-of-another-device'),
    )
  })

  it('takes what an older secret has signed, while the first one signs', async () => {
    const { link } = aLink([OTHER_SECRET, SECRET])

    expect(await prove(link, { credential: aTicket() })).toMatchObject({ kind: 'proved' })
    const credential = aTicket({}, [OTHER_SECRET, SECRET])
    expect(await prove(aLink([OTHER_SECRET]).link, { credential })).toMatchObject({
      kind: 'proved',
    })
    expect(await prove(aLink([SECRET]).link, { credential })).toEqual(WRONG)
  })

  it.each([
    ['one that another secret has signed', aTicket({}, [OTHER_SECRET])],
    ['a JWT that the same secret has signed', `hlt_${signWithSecret(forgedClaims())}`],
    ['one that was cut', aTicket().slice(0, -2)],
    ['nothing but the prefix', 'hlt_'],
    ['something else', 'hlt_something.else.here'],
  ])('refuses %s', async (_name, credential) => {
    expect(await prove(aLink().link, { credential })).toEqual(WRONG)
  })

  it('makes no users', () => {
    expect(aLink().link.mayProvision).toBe(false)
  })
})

describe('createTicketMaker', () => {
  it('signs what is no JWT of the same secret', async () => {
    const jwt = createJwtLink({ settings: aJwtSettings(), now: () => START_MS, onFault() {} })

    expect(await prove(jwt, { credential: aTicket().slice('hlt_'.length) })).toEqual(WRONG)
  })

  it('needs a secret', () => {
    expect(() => createTicketMaker([])).toThrow('need a ticket secret')
  })
})

/** Everything that a ticket says. */
function forgedClaims() {
  return aPayload({ iss: 'herald', aud: 'herald-login' })
}
