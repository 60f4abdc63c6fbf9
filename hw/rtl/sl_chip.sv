// A chip, or a board of chips: a grid of tiles and the links between them, whichever work; the
// barrier; and the ports by which a host reaches it.
//
// Tiles are numbered row by row. What stands where comes in flat vectors: bit t of a vector over
// tiles, bit t * 6 + l of one over links, bit t * Cores + c of one over cores.

module sl_chip #(
  parameter  int unsigned Width = 1,
  parameter  int unsigned Height = 1,
  parameter  int unsigned Cores = 1,
  parameter  int unsigned Channels = 1,
  localparam int unsigned Tiles = Width * Height,
  localparam int unsigned Links = sl_pkg::LinkCount,
  parameter  logic [      Tiles-1:0] TileWorks = '1,
  parameter  logic [Tiles*Links-1:0] LinkExists = '0,
  parameter  logic [Tiles*Links-1:0] BetweenChips = '0,
  parameter  logic [Tiles*Links-1:0] Dateline = '0,
  parameter  logic [Tiles*Links-1:0] Detour = '0,
  parameter  logic [Tiles*Cores-1:0] CoreWorks = '1,
  parameter  int unsigned IoPorts = 1,
  parameter  logic [ IoPorts*16-1:0] IoTile = '0,
  // Router and links
  parameter  int unsigned TableEntries = 16,
  parameter  int unsigned QueuePackets = 4,
  parameter  int unsigned LookupCycles = 2,
  parameter  int unsigned Interval = 1,
  parameter  int unsigned LinkLatency = 1,
  parameter  int unsigned LinkCycles = 1,
  parameter  int unsigned LinkPayloadCycles = 0,
  parameter  int unsigned ChipLinkLatency = 1,
  parameter  int unsigned ChipLinkCycles = 1,
  parameter  int unsigned ChipLinkPayloadCycles = 0,
  parameter  int unsigned Blocked = 0,
  parameter  int unsigned Wait1Cycles = 0,
  parameter  int unsigned Wait2Cycles = 0,
  parameter  int unsigned RegisterPackets = 0,
  parameter  int unsigned RegisterCycles = 1,
  // Cores
  parameter  int unsigned CoreNeurons = 16,
  parameter  int unsigned CoreProfiles = 4,
  parameter  int unsigned CoreAxonEntries = 8,
  parameter  int unsigned CoreRows = 64,
  parameter  int unsigned CoreSynapticWords = 256,
  parameter  int unsigned CoreLanes = 1,
  parameter  int unsigned CoreDelaySteps = 15,
  parameter  int unsigned CoreInputQueue = 8,
  parameter  int unsigned CoreOutputQueue = 4,
  parameter  int unsigned CoreLookupCycles = 2,
  parameter  int unsigned CoreUpdateInterval = 1,
  parameter  int unsigned CoreUpdateLatency = 4,
  parameter  int unsigned CoreMaxSpikes = 1,
  parameter  int unsigned CoreGraded = 0,
  parameter  int unsigned CorePayloads = 0,
  parameter  int unsigned CoreWeightBits = 8,
  parameter  int unsigned CoreLoihiWeights = 0,
  parameter  int unsigned CoreSumBits = 18,
  parameter  int unsigned CoreInputShift = 6,
  parameter  int unsigned CoreUBits = 24,
  parameter  int unsigned CoreUWraps = 0,
  parameter  int unsigned CoreVBits = 24,
  parameter  int unsigned CoreDecayBits = 12,
  parameter  int unsigned CoreThresholdBits = 17,
  parameter  int unsigned CoreThresholdShift = 6,
  parameter  int unsigned CoreBiasBits = 20,
  // Steps and io
  parameter  int unsigned BarrierLatency = 12,
  parameter  int unsigned RealTime = 0,
  parameter  logic [63:0] TickCycles = 64'd1,
  parameter  int unsigned DropLate = 0,
  parameter  int unsigned IoInterval = 1,
  localparam int unsigned PacketBits = sl_pkg::PacketBits
) (
  input logic clk_i,
  input logic rst_ni,

  input logic                          cfg_write_i,
  input logic [                  15:0] cfg_tile_i,
  input logic [                   4:0] cfg_slot_i,
  input logic [sl_pkg::MemoryBits-1:0] cfg_memory_i,
  input logic [                  31:0] cfg_index_i,
  input logic [                   3:0] cfg_beat_i,
  input logic [                  31:0] cfg_data_i,

  input  logic        start_i,    // a run begins, with clearing
  input  logic [31:0] steps_i,    // and has so many steps
  output logic        release_o,  // a step begins in this cycle
  output logic [31:0] step_o,
  output logic        done_o,     // the last step is over

  // The packets of a step are offered from the cycle of its release on.
  input  logic [           IoPorts-1:0] io_valid_i,
  input  logic [IoPorts*PacketBits-1:0] io_packet_i,
  output logic [           IoPorts-1:0] io_ready_o
);

  // The tile behind link l of tile t, around the edges.
  function automatic [31:0] along(input [31:0] at, input [31:0] size, input forth, input back);
    along = forth ? (at + 1) % size : back ? (at + size - 1) % size : at;
  endfunction
  function automatic [31:0] neighbour(input [31:0] tile, input [31:0] link);
    neighbour = along(tile / Width, Height, link == 1 || link == 2, link == 4 || link == 5) * Width +
                along(tile % Width, Width, link == 0 || link == 1, link == 3 || link == 4);
  endfunction

  logic clear, quiet;
  assign clear = start_i;

  logic [Tiles-1:0] tile_quiet, has_io, io_valid, io_ready;
  logic [Tiles*PacketBits-1:0] io_packet;
  logic [Tiles*Links*Channels-1:0] push, popped, credit;
  logic [Tiles*Links*PacketBits-1:0] arriving, leaving;
  logic [Tiles*Links-1:0] send, channel, link_empty;

  sl_barrier #(
    .LatencyCycles(BarrierLatency),
    .RealTime     (RealTime),
    .TickCycles   (TickCycles)
  ) u_barrier (
    .clk_i,
    .rst_ni,
    .start_i,
    .steps_i,
    .quiet_i(quiet),
    .release_o,
    .step_o,
    .done_o
  );
  assign quiet = tile_quiet == '1 && link_empty == '1;

  for (genvar t = 0; t < Tiles; t++) begin : gen_tile
    sl_tile #(
      .Cores                (Cores),
      .Channels             (Channels),
      .TableEntries         (TableEntries),
      .QueuePackets         (QueuePackets),
      .LookupCycles         (LookupCycles),
      .Interval             (Interval),
      .LinkCycles           (LinkCycles),
      .LinkPayloadCycles    (LinkPayloadCycles),
      .ChipLinkCycles       (ChipLinkCycles),
      .ChipLinkPayloadCycles(ChipLinkPayloadCycles),
      .Blocked              (Blocked),
      .Wait1Cycles          (Wait1Cycles),
      .Wait2Cycles          (Wait2Cycles),
      .RegisterPackets      (RegisterPackets),
      .RegisterCycles       (RegisterCycles),
      .CoreNeurons          (CoreNeurons),
      .CoreProfiles         (CoreProfiles),
      .CoreAxonEntries      (CoreAxonEntries),
      .CoreRows             (CoreRows),
      .CoreSynapticWords    (CoreSynapticWords),
      .CoreLanes            (CoreLanes),
      .CoreDelaySteps       (CoreDelaySteps),
      .CoreInputQueue       (CoreInputQueue),
      .CoreOutputQueue      (CoreOutputQueue),
      .CoreLookupCycles     (CoreLookupCycles),
      .CoreUpdateInterval   (CoreUpdateInterval),
      .CoreUpdateLatency    (CoreUpdateLatency),
      .CoreMaxSpikes        (CoreMaxSpikes),
      .CoreGraded           (CoreGraded),
      .CorePayloads         (CorePayloads),
      .CoreWeightBits       (CoreWeightBits),
      .CoreLoihiWeights     (CoreLoihiWeights),
      .CoreSumBits          (CoreSumBits),
      .CoreInputShift       (CoreInputShift),
      .CoreUBits            (CoreUBits),
      .CoreUWraps           (CoreUWraps),
      .CoreVBits            (CoreVBits),
      .CoreDecayBits        (CoreDecayBits),
      .CoreThresholdBits    (CoreThresholdBits),
      .CoreThresholdShift   (CoreThresholdShift),
      .CoreBiasBits         (CoreBiasBits),
      .RealTime             (RealTime),
      .DropLate             (DropLate),
      .IoInterval           (IoInterval)
    ) u_tile (
      .clk_i,
      .rst_ni,
      .clear_i        (clear),
      .tile_i         (16'(t)),
      .works_i        (TileWorks[t]),
      .links_i        (LinkExists[t*Links +: Links]),
      .between_chips_i(BetweenChips[t*Links +: Links]),
      .dateline_i     (Dateline[t*Links +: Links]),
      .detour_i       (Detour[t*Links +: Links]),
      .cores_i        (CoreWorks[t*Cores +: Cores]),
      .has_io_i       (has_io[t]),
      .cfg_write_i,
      .cfg_tile_i,
      .cfg_slot_i,
      .cfg_memory_i,
      .cfg_index_i,
      .cfg_beat_i,
      .cfg_data_i,
      .release_i      (release_o),
      .step_i         (step_o),
      .quiet_o        (tile_quiet[t]),
      .io_valid_i     (io_valid[t]),
      .io_packet_i    (io_packet[t*PacketBits +: PacketBits]),
      .io_ready_o     (io_ready[t]),
      .push_i         (push[t*Links*Channels +: Links*Channels]),
      .packet_i       (arriving[t*Links*PacketBits +: Links*PacketBits]),
      .credit_o       (popped[t*Links*Channels +: Links*Channels]),
      .send_o         (send[t*Links +: Links]),
      .channel_o      (channel[t*Links +: Links]),
      .packet_o       (leaving[t*Links*PacketBits +: Links*PacketBits]),
      .credit_i       (credit[t*Links*Channels +: Links*Channels])
    );

    // The link by which packets come to the tile over its port l, and credits go back.
    for (genvar l = 0; l < Links; l++) begin : gen_link
      localparam int unsigned Here = t * Links + l;
      localparam int unsigned There =
          neighbour(t, l) * Links + 32'(sl_pkg::opposite_link(3'(l)));
      if (LinkExists[Here]) begin : gen_exists
        sl_link #(
          .Channels       (Channels),
          .LatencyCycles  (BetweenChips[Here] ? ChipLinkLatency : LinkLatency),
          .CyclesPerPacket(BetweenChips[Here] ? ChipLinkCycles : LinkCycles),
          .PayloadCycles  (BetweenChips[Here] ? ChipLinkPayloadCycles : LinkPayloadCycles)
        ) u_link (
          .clk_i,
          .rst_ni,
          .clear_i  (clear),
          .send_i   (send[There]),
          .channel_i(channel[There]),
          .packet_i (leaving[There*PacketBits +: PacketBits]),
          .credit_o (credit[There*Channels +: Channels]),
          .push_o   (push[Here*Channels +: Channels]),
          .packet_o (arriving[Here*PacketBits +: PacketBits]),
          .credit_i (popped[Here*Channels +: Channels]),
          .empty_o  (link_empty[Here])
        );
      end else begin : gen_missing
        assign credit[Here*Channels +: Channels]     = '0;
        assign push[Here*Channels +: Channels]       = '0;
        assign arriving[Here*PacketBits +: PacketBits] = '0;
        assign link_empty[Here]                      = 1'b1;
        logic unused_link;
        assign unused_link = ^{send[Here], channel[Here], leaving[Here*PacketBits +: PacketBits],
                               popped[Here*Channels +: Channels]};
      end
    end
  end

  // ---- ports ----
  // The port that stands at a tile; IoPorts if none does.
  function automatic [31:0] port_at(input [31:0] tile);
    port_at = IoPorts;
    for (int p = 0; p < IoPorts; p++) begin
      if (32'(IoTile[p*16 +: 16]) == tile) port_at = p;
    end
  endfunction

  for (genvar t = 0; t < Tiles; t++) begin : gen_io
    localparam int unsigned Port = port_at(t);
    if (Port < IoPorts) begin : gen_port
      assign has_io[t]           = 1'b1;
      assign io_valid[t]         = io_valid_i[Port];
      assign io_packet[t*PacketBits +: PacketBits] = io_packet_i[Port*PacketBits +: PacketBits];
      assign io_ready_o[Port]    = io_ready[t];
    end else begin : gen_no_port
      assign has_io[t]   = 1'b0;
      assign io_valid[t] = 1'b0;
      assign io_packet[t*PacketBits +: PacketBits] = '0;
      logic unused_ready;
      assign unused_ready = io_ready[t];
    end
  end

endmodule
