/** `requestName` and `parseRequest`: how a journal names the request of an input with generated keys. */

/** What the generated keys follow from: the opening of the run that first sent it, and the inputs of the request. */
export interface RequestName {
  readonly epoch: number;
  /** The number of inputs that go together; 0 if each has a key of its own. */
  readonly count: number;
  /** The idempotency key of the request; empty if there is none. */
  readonly key: string;
}

export const requestName = ({ epoch, count, key }: RequestName): string =>
  [epoch, count, key].join("/");

export function parseRequest(name: string | undefined): RequestName | undefined {
  const [, epoch, count, key = ""] = /^(\d+)\/(\d+)\/(.*)$/s.exec(name ?? "") ?? [];
  return epoch === undefined ? undefined : { epoch: Number(epoch), count: Number(count), key };
}
