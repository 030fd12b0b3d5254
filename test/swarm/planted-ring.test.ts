/**
 * The checkers of ring changes bite: each bug planted in a copy of the ring or of the data plane is
 * found from the seeds of its swarm.
 */
import { hunt } from './hunt.js'
import { plantedInRing } from './planted-ring.js'

hunt(plantedInRing, 'ring', 4000)
