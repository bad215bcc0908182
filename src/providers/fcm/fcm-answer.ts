import type { HttpAnswer } from './fcm-http.ts'

/** What an answer of FCM says, with the documented fields only. */
export interface FcmAnswer {
  /** `projects/acme/messages/0:1500415314455276%31bd1c9631bd1c96` */
  readonly messageName: string | undefined
  /** FCM's own code: https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode */
  readonly errorCode: string | undefined
  /** Google's, for all of its services: https://cloud.google.com/apis/design/errors */
  readonly statusName: string | undefined
  readonly message: string | undefined
  /** The fields of our request that it found fault with, such as `message.token`. */
  readonly fields: readonly string[]
}

const FCM_ERROR = 'type.googleapis.com/google.firebase.fcm.v1.FcmError'
const BAD_REQUEST = 'type.googleapis.com/google.rpc.BadRequest'

export function readFcmAnswer({ body }: HttpAnswer): FcmAnswer {
  const root = parse(body)
  const error = get(root, 'error')
  const details = listOf(get(error, 'details'))
  const detail = (type: string) => details.find((one) => get(one, '@type') === type)
  const violations = listOf(get(detail(BAD_REQUEST), 'fieldViolations'))
  return {
    messageName: textOf(get(root, 'name')),
    errorCode: textOf(get(detail(FCM_ERROR), 'errorCode')),
    statusName: textOf(get(error, 'status')),
    message: textOf(get(error, 'message')),
    fields: violations
      .map((one) => textOf(get(one, 'field')))
      .filter((field) => field !== undefined),
  }
}

/** A proxy on the way answers in HTML: then there is nothing in it. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function get(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return Reflect.get(value, name)
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
