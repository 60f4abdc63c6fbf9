// A tile: a router, its cores, and a port of the chip where there is one.

module sl_tile #(
  parameter  int unsigned Cores = 1,
  parameter  int unsigned Channels = 1,
  // Router and links
  parameter  int unsigned TableEntries = 16,
  parameter  int unsigned QueuePackets = 4,
  parameter  int unsigned LookupCycles = 2,
  parameter  int unsigned Interval = 1,
  parameter  int unsigned LinkCycles = 1,
  parameter  int unsigned LinkPayloadCycles = 0,
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
  parameter  int unsigned RealTime = 0,
  parameter  int unsigned DropLate = 0,
  parameter  int unsigned IoInterval = 1,
  localparam int unsigned PacketBits = sl_pkg::PacketBits,
  localparam int unsigned Links = sl_pkg::LinkCount
) (
  input logic clk_i,
  input logic rst_ni,
  input logic clear_i,

  // Which tile this is and what stands around it; constant.
  input logic [     15:0] tile_i,
  input logic             works_i,
  input logic [Links-1:0] links_i,
  input logic [Links-1:0] between_chips_i,
  input logic [Links-1:0] dateline_i,
  input logic [Links-1:0] detour_i,
  input logic [Cores-1:0] cores_i,
  input logic             has_io_i,

  input logic                          cfg_write_i,
  input logic [                  15:0] cfg_tile_i,
  input logic [                   4:0] cfg_slot_i,    // a core of the tile; 31: the router
  input logic [sl_pkg::MemoryBits-1:0] cfg_memory_i,
  input logic [                  31:0] cfg_index_i,
  input logic [                   3:0] cfg_beat_i,
  input logic [                  31:0] cfg_data_i,

  input  logic        release_i,  // a step begins, or its tick comes
  input  logic [31:0] step_i,
  output logic        quiet_o,

  input  logic                  io_valid_i,
  input  logic [PacketBits-1:0] io_packet_i,
  output logic                  io_ready_o,

  input  logic [  Links*Channels-1:0] push_i,
  input  logic [Links*PacketBits-1:0] packet_i,
  output logic [  Links*Channels-1:0] credit_o,
  output logic [           Links-1:0] send_o,
  output logic [           Links-1:0] channel_o,
  output logic [Links*PacketBits-1:0] packet_o,
  input  logic [  Links*Channels-1:0] credit_i
);

  // Simulation compiles it once for all tiles.
  /*verilator hier_block*/

  localparam int unsigned Outputs = sl_pkg::PortCore + Cores;
  localparam int unsigned Queues = Links * Channels + 1 + Cores;
  localparam int unsigned IoQueue = Links * Channels;

  logic cfg_here;
  assign cfg_here = cfg_write_i && cfg_tile_i == tile_i;

  logic [Queues-1:0] push, popped, credit;
  logic [Outputs*PacketBits-1:0] arriving, leaving;
  logic [Outputs-1:0] send, channel;
  logic [Cores-1:0] credit_all, core_quiet;
  logic router_quiet;

  sl_router #(
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
    .CoreQueuePackets     (CoreInputQueue),
    .Blocked              (Blocked),
    .Wait1Cycles          (Wait1Cycles),
    .Wait2Cycles          (Wait2Cycles),
    .RegisterPackets      (RegisterPackets),
    .RegisterCycles       (RegisterCycles)
  ) u_router (
    .clk_i,
    .rst_ni,
    .clear_i,
    .exists_i       ({cores_i & {Cores{works_i}}, has_io_i && works_i, links_i}),
    .between_chips_i,
    .dateline_i,
    .detour_i,
    .cfg_write_i    (cfg_here && cfg_slot_i == 5'd31),
    .cfg_memory_i,
    .cfg_index_i,
    .cfg_beat_i,
    .cfg_data_i,
    .push_i         (push),
    .packet_i       (arriving),
    .credit_o       (popped),
    .send_o         (send),
    .channel_o      (channel),
    .packet_o       (leaving),
    .credit_i       (credit),
    .credit_all_i   (credit_all),
    .quiet_o        (router_quiet)
  );

  // ---- links ----
  assign push[Links*Channels-1:0]         = push_i;
  assign arriving[Links*PacketBits-1:0]   = packet_i;
  assign credit_o                         = popped[Links*Channels-1:0];
  assign credit[Links*Channels-1:0]       = credit_i;
  assign send_o                           = send[Links-1:0];
  assign channel_o                        = channel[Links-1:0];
  assign packet_o                         = leaving[Links*PacketBits-1:0];

  // ---- the port of the chip ----
  sl_io #(
    .Credits (QueuePackets),
    .Interval(IoInterval)
  ) u_io (
    .clk_i,
    .rst_ni,
    .clear_i,
    .valid_i (io_valid_i),
    .packet_i(io_packet_i),
    .ready_o (io_ready_o),
    .push_o  (push[IoQueue]),
    .packet_o(arriving[sl_pkg::PortIo*PacketBits +: PacketBits]),
    .credit_i(popped[IoQueue])
  );
  assign credit[IoQueue] = 1'b0;

  // ---- cores ----
  for (genvar c = 0; c < Cores; c++) begin : gen_core
    localparam int unsigned Queue = IoQueue + 1 + c;
    localparam int unsigned Port = sl_pkg::PortCore + c;
    sl_core #(
      .Neurons       (CoreNeurons),
      .Profiles      (CoreProfiles),
      .AxonEntries   (CoreAxonEntries),
      .Rows          (CoreRows),
      .SynapticWords (CoreSynapticWords),
      .Lanes         (CoreLanes),
      .DelaySteps    (CoreDelaySteps),
      .InputQueue    (CoreInputQueue),
      .OutputQueue   (CoreOutputQueue),
      .RouterQueue   (QueuePackets),
      .LookupCycles  (CoreLookupCycles),
      .UpdateInterval(CoreUpdateInterval),
      .UpdateLatency (CoreUpdateLatency),
      .MaxSpikes     (CoreMaxSpikes),
      .Graded        (CoreGraded),
      .Payloads      (CorePayloads),
      .WeightBits    (CoreWeightBits),
      .LoihiWeights  (CoreLoihiWeights),
      .SumBits       (CoreSumBits),
      .InputShift    (CoreInputShift),
      .UBits         (CoreUBits),
      .UWraps        (CoreUWraps),
      .VBits         (CoreVBits),
      .DecayBits     (CoreDecayBits),
      .ThresholdBits (CoreThresholdBits),
      .ThresholdShift(CoreThresholdShift),
      .BiasBits      (CoreBiasBits),
      .RealTime      (RealTime),
      .DropLate      (DropLate)
    ) u_core (
      .clk_i,
      .rst_ni,
      .cfg_write_i    (cfg_here && cfg_slot_i == 5'(c)),
      .cfg_memory_i,
      .cfg_index_i,
      .cfg_beat_i,
      .cfg_data_i,
      .clear_i,
      .release_i,
      .step_i,
      .quiet_o        (core_quiet[c]),
      .in_valid_i     (send[Port]),
      .in_packet_i    (leaving[Port*PacketBits +: PacketBits]),
      .in_credit_o    (credit[Queue]),
      .in_credit_all_o(credit_all[c]),
      .out_valid_o    (push[Queue]),
      .out_packet_o   (arriving[Port*PacketBits +: PacketBits]),
      .out_credit_i   (popped[Queue])
    );
  end

  assign quiet_o = router_quiet && !io_valid_i && core_quiet == '1;

  // Only links have virtual channels, and the sink of the port needs no packet.
  logic unused;
  assign unused = ^{channel[Outputs-1:Links], send[sl_pkg::PortIo],
                    leaving[sl_pkg::PortIo*PacketBits +: PacketBits]};

endmodule
