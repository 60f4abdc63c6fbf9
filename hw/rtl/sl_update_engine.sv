// The computing half of a core: once per step it sends its neurons through the update pipeline, one
// every UpdateInterval cycles, and puts their spikes into the output queue.
//
//   engine cycle  e          e+1               e+2 ...          e+U-1          U = UpdateLatency
//                 neuron     profile, state,   sl_neuron_unit   state written,
//                 memory     ring                               spike out
//
// The engine cycle stands still while a spike cannot be put into the full queue, and for every
// packet of a neuron after the first. So the memories take four cycles; UpdateLatency is at least 4.

module sl_update_engine #(
  parameter  int unsigned Neurons = 256,
  parameter  int unsigned Profiles = 64,
  parameter  int unsigned UpdateInterval = 1,
  parameter  int unsigned UpdateLatency = 4,  // at least 4
  parameter  int unsigned MaxSpikes = 1,   // of a neuron in a step, 1 to 255
  parameter  int unsigned Graded = 0,      // 1: one packet with their number; 0: a packet each
  parameter  int unsigned SumBits = 18,
  parameter  int unsigned InputShift = 6,
  parameter  int unsigned UBits = 24,
  parameter  int unsigned UWraps = 0,
  parameter  int unsigned VBits = 24,
  parameter  int unsigned DecayBits = 12,
  parameter  int unsigned ThresholdBits = 17,
  parameter  int unsigned ThresholdShift = 6,
  parameter  int unsigned BiasBits = 32,
  localparam int unsigned IndexBits = Neurons > 1 ? $clog2(Neurons) : 1,
  localparam int unsigned LoadedBits = $clog2(Neurons + 1)
) (
  input logic clk_i,
  input logic rst_ni,
  input logic clear_i,  // empties the pipeline and begins to clear the states, one per cycle

  input logic                          cfg_write_i,
  input logic [sl_pkg::MemoryBits-1:0] cfg_memory_i,
  input logic [                  31:0] cfg_index_i,
  input logic [                   3:0] cfg_beat_i,
  input logic [                  31:0] cfg_data_i,
  input logic [        LoadedBits-1:0] neurons_i,   // loaded
  input logic [   sl_pkg::KeyBits-1:0] key_base_i,

  input  logic        begin_i,  // engine cycle 0 of a step; only while idle
  input  logic [31:0] step_i,   // the step under way, from the cycle after begin_i on
  output logic        idle_o,   // the pipeline is empty
  output logic        clears_o, // states are being cleared in this cycle

  // The delay ring: what has arrived for a neuron by this step is there in the cycle after, and
  // stays until the next is taken.
  output logic                 take_o,
  output logic [IndexBits-1:0] take_neuron_o,
  input  logic [  SumBits-1:0] sum_i,

  // The output queue.
  output logic                          push_o,
  output logic [sl_pkg::PacketBits-1:0] packet_o,
  input  logic                          full_i
);

  localparam int unsigned RefractoryBits = 6;
  localparam int unsigned StepBits = 32;
  localparam int unsigned CountBits = $clog2(MaxSpikes + 1);
  localparam int unsigned Latency = UpdateLatency - 3;
  localparam int unsigned ProfileBits = Profiles > 1 ? $clog2(Profiles) : 1;
  localparam int unsigned WaitBits = UpdateInterval > 1 ? $clog2(UpdateInterval) : 1;
  localparam logic [WaitBits-1:0] WaitFull = WaitBits'(UpdateInterval - 1);

  if (UpdateLatency < 4) begin : gen_refused
    $error("UpdateLatency is below 4");
  end

  // ---- neurons enter ----
  logic                  advances;  // the engine cycle does
  logic                  enters_q;  // neurons are still to enter
  logic                  enters;
  logic [ IndexBits-1:0] next_q, entering, neuron_q;
  logic [  WaitBits-1:0] wait_q;    // engine cycles until the next one enters
  logic                  is_last;
  logic [UpdateLatency-1:1] valid_q;  // a neuron is in the stage of so many cycles

  assign enters   = begin_i ? neurons_i != '0 : enters_q && wait_q == '0 && advances;
  assign entering = begin_i ? '0 : next_q;
  assign is_last  = LoadedBits'(entering) + 1'b1 == neurons_i;
  assign idle_o   = !enters_q && valid_q == '0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      enters_q <= 1'b0;
      valid_q  <= '0;
    end else if (clear_i) begin
      enters_q <= 1'b0;
      valid_q  <= '0;
    end else begin
      if (enters) enters_q <= !is_last;
      if (advances && (enters || valid_q != '0)) valid_q <= {valid_q[UpdateLatency-2:1], enters};
    end
  end

  always_ff @(posedge clk_i) begin
    if (enters) begin
      next_q   <= entering + 1'b1;
      neuron_q <= entering;
      wait_q   <= WaitFull;
    end else if (enters_q && advances) begin
      wait_q <= wait_q - 1'b1;
    end
  end

  // An index never points behind its memory.
  logic unused_index;
  assign unused_index = ^cfg_index_i;

  // ---- configuration: the last beat of an entry writes it with what came before ----
  localparam int unsigned NeuronWidth = BiasBits + ProfileBits + 1;
  logic                   writes_neuron, writes_profile, neuron_done;
  logic [BiasBits-1:0]    bias_held_q;
  logic [NeuronWidth-1:0] neuron;
  logic [ProfileBits-1:0] profile;
  logic                   sends;
  logic [BiasBits-1:0]    bias;

  assign writes_neuron  = cfg_write_i && cfg_memory_i == sl_pkg::MemoryNeuron;
  assign writes_profile = cfg_write_i && cfg_memory_i == sl_pkg::MemoryProfile;
  assign neuron_done    = writes_neuron && cfg_beat_i == 4'd1;

  always_ff @(posedge clk_i) begin
    if (writes_neuron && cfg_beat_i == 4'd0) bias_held_q <= cfg_data_i[BiasBits-1:0];
  end

  sl_ram #(.Words(Neurons), .Width(NeuronWidth)) u_neurons (
    .clk_i,
    .write_i(neuron_done),
    .write_address_i(cfg_index_i[IndexBits-1:0]),
    .write_data_i({cfg_data_i[16], cfg_data_i[ProfileBits-1:0], bias_held_q}),
    .read_i(enters),
    .read_address_i(entering),
    .read_data_o(neuron)
  );
  assign {sends, profile, bias} = neuron;

  localparam int unsigned HeldWidth =
      2 * (DecayBits + 1) + ThresholdBits + 8 + 2 * VBits + RefractoryBits + CountBits + 2 * StepBits;
  localparam int unsigned ProfileWidth = HeldWidth + StepBits;
  localparam logic [3:0] LastBeat = 4'd8;
  logic [    DecayBits:0] decay_u_held_q, decay_v_held_q;
  logic [ThresholdBits-1:0] threshold_held_q;
  logic [            7:0] flags_held_q;
  logic [      VBits-1:0] reset_value_held_q, v_min_held_q;
  logic [RefractoryBits-1:0] refractory_held_q;
  logic [  CountBits-1:0] max_spikes_held_q;
  logic [   StepBits-1:0] start_held_q, period_held_q;

  always_ff @(posedge clk_i) begin
    if (writes_profile) begin
      case (cfg_beat_i)
        4'd0: begin
          decay_u_held_q <= cfg_data_i[DecayBits:0];
          decay_v_held_q <= cfg_data_i[16 +: DecayBits+1];
        end
        4'd1: begin
          threshold_held_q <= cfg_data_i[ThresholdBits-1:0];
          flags_held_q     <= cfg_data_i[31:24];
        end
        4'd2: reset_value_held_q <= cfg_data_i[VBits-1:0];
        4'd3: v_min_held_q <= cfg_data_i[VBits-1:0];
        4'd4: refractory_held_q <= cfg_data_i[RefractoryBits-1:0];
        4'd5: max_spikes_held_q <= cfg_data_i[CountBits-1:0];
        4'd6: start_held_q <= cfg_data_i;
        4'd7: period_held_q <= cfg_data_i;
        default: ;
      endcase
    end
  end

  // ---- stage 1: profile, state and sum are read ----
  logic                    reads;
  logic [ProfileWidth-1:0] profile_word;
  assign reads         = advances && valid_q[1];
  assign take_o        = reads;
  assign take_neuron_o = neuron_q;

  sl_ram #(.Words(Profiles), .Width(ProfileWidth)) u_profiles (
    .clk_i,
    .write_i(writes_profile && cfg_beat_i == LastBeat),
    .write_address_i(cfg_index_i[ProfileBits-1:0]),
    .write_data_i({decay_u_held_q, decay_v_held_q, threshold_held_q, flags_held_q, reset_value_held_q,
                   v_min_held_q, refractory_held_q, max_spikes_held_q, start_held_q, period_held_q,
                   cfg_data_i}),
    .read_i(reads),
    .read_address_i(profile),
    .read_data_o(profile_word)
  );

  localparam int unsigned StateWidth = UBits + VBits + RefractoryBits;
  logic                  writes_state;
  logic [ IndexBits-1:0] leaving;
  logic [StateWidth-1:0] state, state_next;
  sl_ram #(.Words(Neurons), .Width(StateWidth)) u_states (
    .clk_i,
    .write_i(writes_state),
    .write_address_i(leaving),
    .write_data_i(state_next),
    .read_i(reads),
    .read_address_i(neuron_q),
    .read_data_o(state)
  );

  logic [   BiasBits-1:0] bias_q;
  logic [ProfileBits-1:0] profile_q;
  logic                   sends_q;
  always_ff @(posedge clk_i) begin
    if (reads) begin
      bias_q    <= bias;
      profile_q <= profile;
      sends_q   <= sends;
    end
  end

  // ---- stage 2: the neuron's step begins, unless it starts later ----
  logic [    DecayBits:0] decay_u, decay_v;
  logic [ThresholdBits-1:0] threshold;
  logic [            7:0] flags;
  logic [      VBits-1:0] reset_value, v_min;
  logic [RefractoryBits-1:0] refractory_steps;
  logic [  CountBits-1:0] max_spikes;
  logic [   StepBits-1:0] start, period, offset;
  logic                   runs;
  assign {decay_u, decay_v, threshold, flags, reset_value, v_min, refractory_steps, max_spikes, start,
          period, offset} = profile_word;
  assign runs = valid_q[2] && start <= step_i;

  // (step - start) mod period of a profile, and whether it is of an odd step. It is 0 in the step
  // start; from there every step's first neuron of the profile counts it on. The next neuron may
  // have read it before that was written, and then does the same again.
  logic                counts;
  logic                is_odd;
  logic [StepBits-1:0] phase_read, phase_next, phase;
  logic                resets;
  assign phase_next = phase_read + 1'b1;
  always_comb begin
    phase = phase_read;
    if (is_odd != step_i[0]) phase = phase_next == period ? '0 : phase_next;
    if (step_i == start) phase = '0;
  end
  assign counts = advances && runs && period != '0;
  assign resets = period != '0 && phase == offset;

  sl_ram #(.Words(Profiles), .Width(StepBits + 1)) u_phases (
    .clk_i,
    .write_i(counts),
    .write_address_i(profile_q),
    .write_data_i({step_i[0], phase}),
    .read_i(reads),
    .read_address_i(profile),
    .read_data_o({is_odd, phase_read})
  );

  logic [      UBits-1:0] u;
  logic [      VBits-1:0] v;
  logic [RefractoryBits-1:0] refractory;
  logic [      UBits-1:0] u_next;
  logic [      VBits-1:0] v_next;
  logic [RefractoryBits-1:0] refractory_next;
  logic [  CountBits-1:0] count;
  logic                   computes;
  assign {u, v, refractory} = resets ? '0 : state;
  assign computes           = advances && valid_q[UpdateLatency-1:2] != '0;

  sl_neuron_unit #(
    .Latency(Latency),
    .SumBits(SumBits),
    .InputShift(InputShift),
    .UBits(UBits),
    .UWraps(UWraps),
    .VBits(VBits),
    .DecayBits(DecayBits),
    .ThresholdBits(ThresholdBits),
    .ThresholdShift(ThresholdShift),
    .BiasBits(BiasBits),
    .RefractoryBits(RefractoryBits),
    .CountBits(CountBits)
  ) u_unit (
    .clk_i,
    .rst_ni,
    .enable_i(computes),
    .u_i(u),
    .v_i(v),
    .refractory_i(refractory),
    .sum_i,
    .bias_i(bias_q),
    .decay_u_i(decay_u),
    .decay_v_i(decay_v),
    .threshold_i(threshold),
    .reset_value_i(reset_value),
    .v_min_i(v_min),
    .refractory_steps_i(refractory_steps),
    .max_spikes_i(max_spikes),
    .spikes_i(flags[0]),
    .or_equal_i(flags[1]),
    .subtracts_i(flags[2]),
    .bias_to_current_i(flags[3]),
    .old_current_i(flags[4]),
    .tests_before_i(flags[5]),
    .resets_later_i(flags[6]),
    .reset_decays_i(flags[7]),
    .u_o(u_next),
    .v_o(v_next),
    .refractory_o(refractory_next),
    .count_o(count)
  );

  // ---- beside the unit: whether the neuron runs, and sends ----
  logic [Latency-1:0] runs_q, may_send_q;
  always_ff @(posedge clk_i) begin
    if (computes) begin
      runs_q     <= Latency'({runs_q, runs});
      may_send_q <= Latency'({may_send_q, runs && sends_q});
    end
  end

  // ---- the last stage: state back, packets out ----
  logic                 leaves, wants, is_done, clears_q;
  logic [IndexBits-1:0] leaving_q;  // the neuron whose state is written next

  assign leaves   = valid_q[UpdateLatency-1];
  assign wants    = leaves && may_send_q[Latency-1] && count != '0;
  assign push_o   = wants && !full_i;
  assign advances = !wants || (!full_i && is_done);

  assign clears_o     = clear_i ? neurons_i != '0 : clears_q;
  assign leaving      = clear_i ? '0 : leaving_q;
  assign writes_state = clears_o || (advances && leaves && runs_q[Latency-1]);
  assign state_next   = clears_o ? '0 : {u_next, v_next, refractory_next};

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) clears_q <= 1'b0;
    else if (clears_o) clears_q <= LoadedBits'(leaving) + 1'b1 != neurons_i;
  end
  always_ff @(posedge clk_i) begin
    if (begin_i) leaving_q <= '0;
    else if (clears_o || (advances && leaves)) leaving_q <= leaving + 1'b1;
  end

  logic [sl_pkg::PayloadBits-1:0] payload;
  if (Graded != 0 || MaxSpikes == 1) begin : gen_one_packet
    // One spike needs no payload.
    assign is_done = 1'b1;
    assign payload = count == CountBits'(1) ? '0 : sl_pkg::PayloadBits'(count);
  end else begin : gen_packet_each
    logic [CountBits-1:0] sent_q;  // packets of the neuron that leaves
    assign is_done = sent_q + 1'b1 == count;
    assign payload = '0;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) sent_q <= '0;
      else if (clear_i) sent_q <= '0;
      else if (push_o) sent_q <= is_done ? '0 : sent_q + 1'b1;
    end
  end

  assign packet_o = {sl_pkg::DetourNone, payload, key_base_i | sl_pkg::KeyBits'(leaving_q)};

endmodule
