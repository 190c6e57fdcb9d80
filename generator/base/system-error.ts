/** Exports `systemReason`: why the system refused to read or write, in words. Such errors are no defects of the tool. */

const reasons: { readonly [code: string]: string } = {
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the quota of the disk is used up",
  EFBIG: "the file would be too large",
  ENOENT: "it does not exist",
  ENOTDIR: "a part of its path is a file, and has to be a folder",
  EISDIR: "it is a folder",
  ENOTEMPTY: "a folder there is not empty",
  EEXIST: "something is there already",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "its links lead round in a circle",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  EBUSY: "another program uses it",
  ETXTBSY: "another program uses it",
  EXDEV: "it is on another disk",
  EIO: "the disk has an error",
};

/** @returns undefined for an error that is not one of these */
export function systemReason(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string")
    return undefined;
  return Object.hasOwn(reasons, error.code) ? reasons[error.code] : undefined;
}
