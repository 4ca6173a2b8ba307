import type { Error as HostError, ErrorCode } from 'pie4j:inferlet/types@0.1.0';

export type { ErrorCode };

/** What the engine refused: its code, and call, argument, limit and what was found in one line. */
export class Refusal extends Error {
  readonly code: ErrorCode;

  constructor(refused: HostError) {
    super(refused.message);
    this.name = 'Refusal';
    this.code = refused.code;
  }

  /** What a call threw; the engine's error comes as the payload of another. */
  static from(thrown: unknown): unknown {
    const payload = (thrown as { payload?: Partial<HostError> } | null | undefined)?.payload;
    return typeof payload?.code === 'string' && typeof payload.message === 'string'
      ? new Refusal(payload as HostError)
      : thrown;
  }
}

/** The one line of a failure, for people. */
export function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
