import { type Static, Type } from 'typebox'
import type { Address } from '../../core/directory/address.ts'
import { choice, Identifier, line, NumberedId, named, nullable, Time } from '../schemas.ts'

const TOKEN_BYTES_MAX = 4096
const LOCALE_CHARACTERS_MAX = 35

const Token = line(
  TOKEN_BYTES_MAX,
  'What the provider knows it by: a push token or subscription, a mailbox, a telephone number.',
)
const Provider = line(32, 'The name of a configured provider, or of a kind of which there is one.')
export const Locale = line(LOCALE_CHARACTERS_MAX, 'A language tag (BCP 47), such as zh-CN.')

export const AddressBody = named(
  'Address',
  {
    id: NumberedId,
    uid: Identifier,
    clientId: nullable(Identifier),
    channel: choice(['push', 'email', 'sms']),
    provider: Type.String(),
    token: nullable(Type.String({ description: 'Null for those who may not change addresses.' })),
    locale: nullable(Type.String()),
    registeredAt: Time,
    createdAt: Time,
  },
  'Where a notification goes: to an app on a device, or to a person.',
)

export const NewUserAddressBody = named(
  'NewUserAddress',
  {
    channel: choice(['email', 'sms']),
    provider: Provider,
    token: Token,
    locale: Type.Optional(nullable(Locale)),
  },
  'A mailbox or telephone number to be registered.',
)

export const NewDeviceAddressBody = named(
  'NewDeviceAddress',
  { provider: Provider, token: Token, locale: Type.Optional(nullable(Locale)) },
  'A push token or subscription to be registered.',
)

/** With its token, or without. */
export function addressBody(
  address: Address,
  shown: 'with-token' | 'without-token',
): Static<typeof AddressBody> {
  return {
    id: address.id,
    uid: address.uid,
    clientId: address.clientId ?? null,
    channel: address.channel,
    provider: address.provider,
    token: shown === 'with-token' ? address.token : null,
    locale: address.locale ?? null,
    registeredAt: address.registeredAt.toISOString(),
    createdAt: address.createdAt.toISOString(),
  }
}
