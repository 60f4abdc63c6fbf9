// A digital core: the synapse engine takes packets in, the delay ring keeps what they bring, the
// update engine steps the neurons, and its spikes wait in the output queue for the router.
//
// With barriers a step begins in the cycle of its release. In real time every tick is one more step
// to begin, and the core has a step of its own: the next one begins once the update is over and the
// sums of the row under way are in the ring.

module sl_core #(
  parameter  int unsigned Neurons = 256,
  parameter  int unsigned Profiles = 64,
  parameter  int unsigned AxonEntries = 16,
  parameter  int unsigned Rows = 64,
  parameter  int unsigned SynapticWords = 256,
  parameter  int unsigned Lanes = 1,
  parameter  int unsigned DelaySteps = 15,
  parameter  int unsigned InputQueue = 8,
  parameter  int unsigned OutputQueue = 4,
  parameter  int unsigned RouterQueue = 4,  // of the router's input from this core
  parameter  int unsigned LookupCycles = 2,
  parameter  int unsigned UpdateInterval = 1,
  parameter  int unsigned UpdateLatency = 4,
  parameter  int unsigned MaxSpikes = 1,
  parameter  int unsigned Graded = 0,
  parameter  int unsigned Payloads = 0,
  parameter  int unsigned WeightBits = 8,
  parameter  int unsigned LoihiWeights = 0,
  parameter  int unsigned SumBits = 18,
  parameter  int unsigned InputShift = 6,
  parameter  int unsigned UBits = 24,
  parameter  int unsigned UWraps = 0,
  parameter  int unsigned VBits = 24,
  parameter  int unsigned DecayBits = 12,
  parameter  int unsigned ThresholdBits = 17,
  parameter  int unsigned ThresholdShift = 6,
  parameter  int unsigned BiasBits = 20,
  parameter  int unsigned RealTime = 0,
  parameter  int unsigned DropLate = 0,     // in real time
  localparam int unsigned PacketBits = sl_pkg::PacketBits
) (
  input logic clk_i,
  input logic rst_ni,
  input logic clear_i,

  input logic                          cfg_write_i,
  input logic [sl_pkg::MemoryBits-1:0] cfg_memory_i,
  input logic [                  31:0] cfg_index_i,
  input logic [                   3:0] cfg_beat_i,
  input logic [                  31:0] cfg_data_i,

  input  logic        release_i,  // a step begins, or its tick comes
  input  logic [31:0] step_i,     // its number
  output logic        quiet_o,

  // From the router, into the input queue.
  input  logic                  in_valid_i,
  input  logic [PacketBits-1:0] in_packet_i,
  output logic                  in_credit_o,
  output logic                  in_credit_all_o,  // for all that had arrived
  // To the router.
  output logic                  out_valid_o,
  output logic [PacketBits-1:0] out_packet_o,
  input  logic                  out_credit_i
);

  localparam int unsigned Slots = DelaySteps + 1;
  localparam int unsigned SlotBits = $clog2(Slots);
  localparam int unsigned NeuronBits = Neurons > 1 ? $clog2(Neurons) : 1;
  localparam int unsigned LoadedBits = $clog2(Neurons + 1);
  localparam int unsigned RingWords = (Neurons + Lanes - 1) / Lanes;
  localparam int unsigned RingWordBits = RingWords > 1 ? $clog2(RingWords) : 1;
  localparam int unsigned CreditBits = $clog2(RouterQueue + 1);

  // ---- control registers ----
  logic [LoadedBits-1:0] neurons_q;
  logic [31:0] key_base_q, rows_q;
  logic writes_control;
  assign writes_control = cfg_write_i && cfg_memory_i == sl_pkg::MemoryControl;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      neurons_q  <= '0;
      key_base_q <= '0;
      rows_q     <= '0;
    end else if (writes_control) begin
      case (cfg_index_i[1:0])
        2'd0: neurons_q <= cfg_data_i[LoadedBits-1:0];
        2'd1: key_base_q <= cfg_data_i;
        default: rows_q <= cfg_data_i;
      endcase
    end
  end

  // ---- steps ----
  logic begins, holds, flushes, update_idle, drained, update_clears, ring_clears;
  logic [31:0] step_q, step;          // the step under way
  logic [SlotBits-1:0] slot_q, next_slot;  // and its slot in the ring
  logic is_first_q;                   // no step has begun since the clearing

  assign next_slot = is_first_q ? '0 : slot_q == SlotBits'(Slots - 1) ? '0 : slot_q + 1'b1;

  if (RealTime == 0) begin : gen_barrier
    assign begins  = release_i;
    assign holds   = 1'b0;
    assign flushes = 1'b0;
    assign step    = step_i;
    logic unused_drained;
    assign unused_drained = drained;
  end else begin : gen_ticks
    logic [31:0] waiting_q, waiting;  // ticks whose steps have not begun
    assign waiting = waiting_q + 32'(release_i);
    assign begins  = waiting != '0 && update_idle && drained;
    assign holds   = waiting != '0 && update_idle && !drained;
    assign flushes = begins && DropLate != 0;
    assign step    = is_first_q ? '0 : step_q + 1'b1;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) waiting_q <= '0;
      else if (clear_i) waiting_q <= '0;
      else if (waiting != '0) waiting_q <= waiting - 32'(begins);
    end
    logic unused_step;
    assign unused_step = ^step_i;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      step_q     <= '0;
      slot_q     <= '0;
      is_first_q <= 1'b1;
    end else if (clear_i) begin
      is_first_q <= 1'b1;
    end else if (begins) begin
      step_q     <= step;
      slot_q     <= next_slot;
      is_first_q <= 1'b0;
    end
  end

  // ---- receiving ----
  logic [Lanes-1:0] add;
  logic [Lanes*SlotBits-1:0] add_slot;
  logic [Lanes*RingWordBits-1:0] add_word;
  logic [Lanes*SumBits-1:0] add_amount;
  logic synapses_quiet;
  sl_synapse_engine #(
    .Neurons      (Neurons),
    .AxonEntries  (AxonEntries),
    .Rows         (Rows),
    .SynapticWords(SynapticWords),
    .Lanes        (Lanes),
    .DelaySteps   (DelaySteps),
    .InputQueue   (InputQueue),
    .LookupCycles (LookupCycles),
    .Payloads     (Payloads),
    .WeightBits   (WeightBits),
    .LoihiWeights (LoihiWeights),
    .SumBits      (SumBits)
  ) u_synapses (
    .clk_i,
    .rst_ni,
    .clear_i,
    .cfg_write_i,
    .cfg_memory_i,
    .cfg_index_i,
    .cfg_beat_i,
    .cfg_data_i,
    .rows_i      (rows_q),
    .in_valid_i,
    .in_packet_i,
    .in_credit_o,
    .hold_i      (holds),
    .flush_i     (flushes),
    .quiet_o     (synapses_quiet),
    .drained_o   (drained),
    .slot_i      (slot_q),
    .add_o       (add),
    .add_slot_o  (add_slot),
    .add_word_o  (add_word),
    .add_amount_o(add_amount)
  );
  assign in_credit_all_o = flushes;

  logic take;
  logic [NeuronBits-1:0] take_neuron;
  logic [SumBits-1:0] sum;
  sl_delay_ring #(
    .Neurons(Neurons),
    .Slots  (Slots),
    .Lanes  (Lanes),
    .SumBits(SumBits)
  ) u_ring (
    .clk_i,
    .rst_ni,
    .clear_i,
    .neurons_i    (neurons_q),
    .clears_o     (ring_clears),
    .slot_i       (slot_q),
    .add_i        (add),
    .add_slot_i   (add_slot),
    .add_word_i   (add_word),
    .add_amount_i (add_amount),
    .take_i       (take),
    .take_neuron_i(take_neuron),
    .sum_o        (sum)
  );

  // ---- computing ----
  logic spikes, queue_full, queue_valid;
  logic [PacketBits-1:0] spike;
  sl_update_engine #(
    .Neurons       (Neurons),
    .Profiles      (Profiles),
    .UpdateInterval(UpdateInterval),
    .UpdateLatency (UpdateLatency),
    .MaxSpikes     (MaxSpikes),
    .Graded        (Graded),
    .SumBits       (SumBits),
    .InputShift    (InputShift),
    .UBits         (UBits),
    .UWraps        (UWraps),
    .VBits         (VBits),
    .DecayBits     (DecayBits),
    .ThresholdBits (ThresholdBits),
    .ThresholdShift(ThresholdShift),
    .BiasBits      (BiasBits)
  ) u_updates (
    .clk_i,
    .rst_ni,
    .clear_i,
    .cfg_write_i,
    .cfg_memory_i,
    .cfg_index_i,
    .cfg_beat_i,
    .cfg_data_i,
    .neurons_i    (neurons_q),
    .key_base_i   (key_base_q),
    .begin_i      (begins),
    .step_i       (step_q),
    .idle_o       (update_idle),
    .clears_o     (update_clears),
    .take_o       (take),
    .take_neuron_o(take_neuron),
    .sum_i        (sum),
    .push_o       (spikes),
    .packet_o     (spike),
    .full_i       (queue_full)
  );

  // ---- sending ----
  logic [CreditBits-1:0] credits_q;
  assign out_valid_o = queue_valid && credits_q != '0;
  sl_queue #(
    .Depth(OutputQueue),
    .Width(PacketBits)
  ) u_output (
    .clk_i,
    .rst_ni,
    .clear_i,
    .push_i (spikes),
    .data_i (spike),
    .pop_i  (out_valid_o),
    .valid_o(queue_valid),
    .full_o (queue_full),
    .head_o (out_packet_o)
  );
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) credits_q <= CreditBits'(RouterQueue);
    else if (clear_i) credits_q <= CreditBits'(RouterQueue);
    else if (out_valid_o != out_credit_i)
      credits_q <= out_valid_o ? credits_q - 1'b1 : credits_q + 1'b1;
  end

  assign quiet_o = synapses_quiet && update_idle && !queue_valid && !update_clears &&
                   !ring_clears && !(begins && neurons_q != '0);

endmodule
