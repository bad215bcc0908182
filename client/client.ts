import createClient, { type Client } from 'openapi-fetch'
import type { paths } from './schema.d.ts'

/** Calls Herald's REST API; its paths, bodies and answers are typed. */
export type HeraldClient = Client<paths>

/** For admins and app servers, with an API key. */
export function createKeyClient(baseUrl: string, apiKey: string): HeraldClient {
  return clientOf(baseUrl, `Bearer ${apiKey}`)
}

/** For an app, with its device's secret, or whatever else the device logs in to the broker with. */
export function createDeviceClient(
  baseUrl: string,
  device: { readonly clientId: string; readonly secret: string },
): HeraldClient {
  return clientOf(baseUrl, `Basic ${base64(`${device.clientId}:${device.secret}`)}`)
}

/** For an app, with a token that stands alone. */
export function createTokenClient(baseUrl: string, token: string): HeraldClient {
  return clientOf(baseUrl, `Bearer ${token}`)
}

function clientOf(baseUrl: string, authorization: string): HeraldClient {
  return createClient<paths>({ baseUrl, headers: { authorization } })
}

/** Of UTF-8 (RFC 7617 §2.1); `btoa` knows only Latin-1. */
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
