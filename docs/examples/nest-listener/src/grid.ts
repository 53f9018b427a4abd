import { type TransportGridOptions } from '@nearscore/grid-transport';

/** Arguments of the program: [host:port of a member] [cluster name], by default those of `npm start`. */
const [member = '127.0.0.1:5701', clusterName = 'nearscore'] = process.argv.slice(2);

export const grid: TransportGridOptions = { members: [member], clusterName };
