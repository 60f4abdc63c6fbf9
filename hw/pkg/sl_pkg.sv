// The formats that hardware shares with mapper and simulator: keys, routes, synaptic words and table
// entries, bit for bit as in models/mapping/mapping.hpp and models/chip/chip.hpp. It holds what no
// chip changes; sizes that a chip file decides are parameters of the modules that have them.
//
// Written for synthesis with scoped names (sl_pkg::key_t): no imports, no arrays of packed structs.

package sl_pkg;

  // A packet is its key: the source core in the upper bits, the neuron of that core in the lower.
  localparam int unsigned KeyBits = 32;
  typedef logic [KeyBits-1:0] key_t;
  typedef struct packed {
    key_t key;
  } packet_t;

  // Ports of a router. A route is a bit mask over them: bit i is port i.
  localparam int unsigned PortCount = 31;  // six links, io and up to 24 cores
  localparam int unsigned LinkCount = 6;  // the first ports are links to neighbouring tiles
  localparam int unsigned LinkBits  = $clog2(LinkCount);
  localparam int unsigned PortBits  = $clog2(PortCount);
  typedef enum logic [PortBits-1:0] {
    PortEast      = 5'd0,
    PortNorthEast = 5'd1,
    PortNorth     = 5'd2,
    PortWest      = 5'd3,
    PortSouthWest = 5'd4,
    PortSouth     = 5'd5,
    PortIo        = 5'd6,
    PortCore      = 5'd7
  } port_e;  // core c of a tile is PortCore + c
  typedef logic [PortCount-1:0] route_t;

  // An entry of the routing table matches a key when (key & mask) == entry key; the first one wins.
  typedef struct packed {
    key_t   key;
    key_t   mask;
    route_t route;
  } route_entry_t;

  // An entry of a core's axon table. Row number = row_base + (key & ~mask).
  localparam int unsigned RowBits = 32;
  typedef struct packed {
    key_t               key;
    key_t               mask;
    logic [RowBits-1:0] row_base;
  } axon_entry_t;

  // A stored synapse. A weight of zero is an empty lane.
  localparam int unsigned TargetBits = 16;
  localparam int unsigned DelayBits  = 6;
  localparam int unsigned WeightBits = 10;
  typedef struct packed {
    logic signed [WeightBits-1:0] weight;
    logic        [DelayBits-1:0]  delay;
    logic        [TargetBits-1:0] target;
  } synaptic_word_t;

  // Whether a table entry with this key and mask matches.
  function automatic [0:0] key_matches(input logic [31:0] key, input logic [31:0] entry_key,
                                             input logic [31:0] entry_mask);
    key_matches = (key & entry_mask) == entry_key;
  endfunction

  // The row of an axon that an entry with this mask and row base finds.
  function automatic [31:0] row_number(input logic [31:0] key, input logic [31:0] entry_mask,
                                             input logic [31:0] row_base);
    row_number = row_base + (key & ~entry_mask);
  endfunction

  // The link straight on from `link`: where a packet without a table entry leaves.
  function automatic [LinkBits-1:0] opposite_link(input [LinkBits-1:0] link);
    opposite_link = link < 3'd3 ? link + 3'd3 : link - 3'd3;
  endfunction

endpackage
