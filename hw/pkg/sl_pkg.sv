// The formats that hardware shares with mapper and simulator: keys, routes, table entries and row
// pointers, bit for bit as in models/mapping/mapping.hpp and models/chip/topology.hpp. It holds what
// no chip changes; sizes that a chip file decides are parameters of the modules that have them.
//
// Written for synthesis with scoped names (sl_pkg::KeyBits) and flat vectors: no imports, no arrays
// of packed structs.

// verilator lint_off UNUSEDPARAM
// No module uses all of it.
package sl_pkg;

  // A packet on wires and in queues: key, payload (how many spikes it stands for; 0: one) and how it
  // crossed its last link.
  localparam int unsigned KeyBits = 32;
  localparam int unsigned PayloadBits = 16;
  localparam int unsigned DetourBits = 2;
  localparam int unsigned PayloadLsb = KeyBits;
  localparam int unsigned DetourLsb = PayloadLsb + PayloadBits;
  localparam int unsigned PacketBits = DetourLsb + DetourBits;

  // How a packet crossed its last link: as routed, or on a leg of the way around a blocked link.
  localparam logic [DetourBits-1:0] DetourNone = 2'd0;
  localparam logic [DetourBits-1:0] DetourFirstLeg = 2'd1;
  localparam logic [DetourBits-1:0] DetourSecondLeg = 2'd2;

  // Ports of a router. A route is a bit mask over them: bit i is port i; core c of a tile is
  // PortCore + c.
  localparam int unsigned LinkCount = 6;  // the first ports are links to neighbouring tiles
  localparam int unsigned PortEast = 0;
  localparam int unsigned PortNorthEast = 1;
  localparam int unsigned PortNorth = 2;
  localparam int unsigned PortWest = 3;
  localparam int unsigned PortSouthWest = 4;
  localparam int unsigned PortSouth = 5;
  localparam int unsigned PortIo = 6;
  localparam int unsigned PortCore = 7;
  localparam int unsigned MostPorts = 31;

  // A stored synapse has at most so many bits of each field. A weight of zero is an empty lane.
  localparam int unsigned TargetBits = 16;
  localparam int unsigned DelayBits = 6;
  localparam int unsigned WeightBits = 10;

  // A row pointer, from bit 0 on: first word or first convolution (24), words or convolutions (24),
  // weight exponent (4), format (2), delay (6) and first target (16) of a dense row, signs (2).
  localparam int unsigned RowBits = 32;  // of a row's number
  localparam int unsigned RowFirstLsb = 0;
  localparam int unsigned RowWordsLsb = 24;
  localparam int unsigned RowAddressBits = 24;
  localparam int unsigned RowExponentLsb = 48;
  localparam int unsigned RowExponentBits = 4;
  localparam int unsigned RowFormatLsb = 52;
  localparam int unsigned RowDelayLsb = 54;
  localparam int unsigned RowTargetLsb = 60;
  localparam int unsigned RowSignsLsb = 76;
  localparam int unsigned RowPointerBits = 78;
  localparam logic [1:0] RowSparse = 2'd0;
  localparam logic [1:0] RowDense = 2'd1;
  localparam logic [1:0] RowConvolution = 2'd2;
  // Signs of a row's weights of b stored bits: two's complement; with weight_format loihi also none
  // below 0 (b bits), none above (b bits, negated) or even ones of both (two's complement, doubled).
  localparam logic [1:0] SignsTwosComplement = 2'd0;
  localparam logic [1:0] SignsExcitatory = 2'd1;
  localparam logic [1:0] SignsInhibitory = 2'd2;
  localparam logic [1:0] SignsMixed = 2'd3;

  // The memories that the configuration bus reaches.
  localparam int unsigned MemoryBits = 4;
  localparam logic [MemoryBits-1:0] MemoryControl = 4'd0;
  localparam logic [MemoryBits-1:0] MemoryNeuron = 4'd1;
  localparam logic [MemoryBits-1:0] MemoryProfile = 4'd2;
  localparam logic [MemoryBits-1:0] MemoryAxon = 4'd3;
  localparam logic [MemoryBits-1:0] MemoryRow = 4'd4;
  localparam logic [MemoryBits-1:0] MemorySynapse = 4'd5;
  localparam logic [MemoryBits-1:0] MemoryKernel = 4'd6;
  localparam logic [MemoryBits-1:0] MemoryRoute = 4'd7;

  // The link straight on from `link`: where a packet without a table entry leaves.
  function automatic [2:0] opposite_link(input [2:0] link);
    opposite_link = link < 3'd3 ? link + 3'd3 : link - 3'd3;
  endfunction

  // The next link counterclockwise: the first leg around `link`, or, of where a leg ends, the
  // direction in which the way goes on.
  function automatic [2:0] next_link(input [2:0] link);
    next_link = link == 3'd5 ? 3'd0 : link + 3'd1;
  endfunction

  // The link around which `leg` is the first leg.
  function automatic [2:0] blocked_link(input [2:0] leg);
    blocked_link = leg == 3'd0 ? 3'd5 : leg - 3'd1;
  endfunction

endpackage
// verilator lint_on UNUSEDPARAM
