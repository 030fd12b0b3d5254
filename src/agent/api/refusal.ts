/**
 * Every error of the API: `{ error: { code, message, next } }`, the code stable, `next` what to do
 * about it.
 */

export interface ErrorBody {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly next: string
  }
}

export function errorBody(code: string, message: string, next: string): ErrorBody {
  return { error: { code, message, next } }
}

export function errorResponse(
  status: number,
  code: string,
  message: string,
  next: string,
): Response {
  return Response.json(errorBody(code, message, next), { status })
}
