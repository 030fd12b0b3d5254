/**
 * The checkers bite: each bug planted in a copy of the protocol is found from the seeds of the
 * swarm, by no test that was aimed at it. The swarm of every check tries more seeds than this.
 */
import { hunt } from './hunt.js'
import { planted } from './planted.js'

hunt(planted, 'gossip', 400)
