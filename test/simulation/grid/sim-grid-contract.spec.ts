import { describeFollowerGrid } from '../../fixtures/journal/follower-grid-contract';
import { makeContractWorld } from './contract-world';

describeFollowerGrid('the simulated one', makeContractWorld);
