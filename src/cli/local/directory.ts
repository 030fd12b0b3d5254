/**
 * Where a local cluster lives, unless a command is told otherwise: a folder of the working
 * directory.
 */

export const LOCAL_DIR = '.murmur'
