// One step of a neuron, all modes of models/network/arithmetic.hpp. What is at the inputs in a cycle
// is at the outputs `Latency` enabled cycles later; a new neuron may enter in every enabled cycle.
//
// This module may be replaced by one of the same name and ports (docs/developer/rtl.md). Here the
// whole step is computed before the first register: where Latency is above 1, a synthesis that moves
// registers spreads it over the stages.

module sl_neuron_unit #(
  parameter int unsigned Latency = 1,         // at least 1
  parameter int unsigned SumBits = 18,
  parameter int unsigned InputShift = 6,
  parameter int unsigned UBits = 24,
  parameter int unsigned UWraps = 0,          // 1: u wraps; 0: it saturates
  parameter int unsigned VBits = 24,
  parameter int unsigned DecayBits = 12,
  parameter int unsigned ThresholdBits = 17,
  parameter int unsigned ThresholdShift = 6,
  parameter int unsigned BiasBits = 32,
  parameter int unsigned RefractoryBits = 6,
  parameter int unsigned CountBits = 1        // of spikes in a step
) (
  input logic clk_i,
  input logic rst_ni,
  input logic enable_i,  // the pipeline advances

  // The neuron. Numbers with a sign are two's complement.
  input logic [         UBits-1:0] u_i,           // with a sign
  input logic [         VBits-1:0] v_i,           // with a sign
  input logic [RefractoryBits-1:0] refractory_i,  // steps it still rests
  input logic [       SumBits-1:0] sum_i,         // with a sign
  input logic [      BiasBits-1:0] bias_i,        // with a sign

  // Its profile.
  input logic [       DecayBits:0] decay_u_i,           // 0 to 2^DecayBits
  input logic [       DecayBits:0] decay_v_i,           // 0 to 2^DecayBits
  input logic [ ThresholdBits-1:0] threshold_i,         // in units of 2^ThresholdShift
  input logic [         VBits-1:0] reset_value_i,       // with a sign
  input logic [         VBits-1:0] v_min_i,             // with a sign
  input logic [RefractoryBits-1:0] refractory_steps_i,
  input logic [     CountBits-1:0] max_spikes_i,        // at least 1
  input logic                      spikes_i,            // 0: a read-out
  input logic                      or_equal_i,          // it spikes at the threshold, not only above
  input logic                      subtracts_i,         // a reset subtracts the threshold
  input logic                      bias_to_current_i,   // else to the membrane
  input logic                      old_current_i,       // the u of the step before enters v
  input logic                      tests_before_i,      // the v of the step before is tested
  input logic                      resets_later_i,      // a reset is a term of the next step
  input logic                      reset_decays_i,      // and is taken before the decay

  output logic [         UBits-1:0] u_o,
  output logic [         VBits-1:0] v_o,
  output logic [RefractoryBits-1:0] refractory_o,
  output logic [     CountBits-1:0] count_o        // spikes
);

  localparam int unsigned InputBits = SumBits + InputShift;
  localparam int unsigned Larger = InputBits > UBits + 1 ? InputBits : UBits + 1;
  localparam int unsigned UWide = (Larger > BiasBits ? Larger : BiasBits) + 2;
  localparam int unsigned LargerV = VBits + 1 > UBits ? VBits + 1 : UBits;
  localparam int unsigned VWide = (LargerV > BiasBits ? LargerV : BiasBits) + 2;
  localparam int unsigned ProductBits = CountBits + ThresholdBits + ThresholdShift;
  localparam logic [UBits-1:0] UMax = {1'b0, {(UBits - 1) {1'b1}}};
  localparam logic [VBits-1:0] VMax = {1'b0, {(VBits - 1) {1'b1}}};
  localparam logic [DecayBits:0] NoMemory = {1'b1, {DecayBits{1'b0}}};

  // ---- u ----
  logic [          UBits-1:0] u_magnitude, u_kept, u;
  logic [UBits+DecayBits:0]   u_product;
  logic [          UWide-1:0] u_decayed, u_input, u_bias, u_exact;
  logic                       u_fits;

  // The magnitude is shifted, so the result moves towards zero for either sign.
  assign u_magnitude = u_i[UBits-1] ? -u_i : u_i;
  assign u_product   = {{(DecayBits + 1) {1'b0}}, u_magnitude} * {{UBits{1'b0}}, NoMemory - decay_u_i};
  assign u_kept      = UBits'(u_product >> DecayBits);
  assign u_decayed   = u_i[UBits-1] ? -{{(UWide - UBits) {1'b0}}, u_kept} : {{(UWide - UBits) {1'b0}}, u_kept};
  assign u_input     = {{(UWide - SumBits) {sum_i[SumBits-1]}}, sum_i} << InputShift;
  assign u_bias      = {{(UWide - BiasBits) {bias_i[BiasBits-1]}}, bias_i};
  assign u_exact     = u_decayed + u_input + (bias_to_current_i ? u_bias : '0);

  assign u_fits = u_exact[UWide-1:UBits-1] == {(UWide - UBits + 1) {u_exact[UWide-1]}};
  always_comb begin
    u = u_exact[UBits-1:0];
    if (UWraps == 0) begin
      if (!u_fits) u = UMax;
      if (u_exact[UWide-1] && (!u_fits || u_exact[UBits-2:0] == '0)) u = -UMax;
    end
  end

  // ---- v before this step's spikes ----
  logic [  CountBits-1:0] earlier_count, earlier, late_count, count;
  logic [      VBits-1:0] earlier_reset, v_begin, v_magnitude, v_kept, v_driven, v_reset, v_spiked;
  logic [VBits+DecayBits:0] v_product;
  logic [      VWide-1:0] v_decayed, v_term, v_current, v_bias, v_exact;
  logic                   v_fits, takes_early, rests;

  sl_threshold #(
    .VBits(VBits), .ThresholdBits(ThresholdBits), .ThresholdShift(ThresholdShift), .CountBits(CountBits)
  ) i_threshold_before (
    .v_i, .threshold_i, .spikes_i, .or_equal_i, .max_spikes_i, .count_o(earlier_count)
  );

  // n thresholds. A neuron that spiked n times has passed them, so what is cut off is 0 then.
  function automatic [VBits-1:0] thresholds(input [CountBits-1:0] n, input [ThresholdBits-1:0] threshold);
    thresholds = VBits'(({{(ProductBits - CountBits) {1'b0}}, n} *
                         {{(ProductBits - ThresholdBits) {1'b0}}, threshold}) << ThresholdShift);
  endfunction

  assign earlier       = tests_before_i || resets_later_i ? earlier_count : '0;
  assign earlier_reset = subtracts_i ? v_i - thresholds(earlier, threshold_i) : reset_value_i;
  assign takes_early   = earlier != '0 && (reset_decays_i || !subtracts_i);
  assign v_begin       = takes_early ? earlier_reset : v_i;
  assign v_magnitude   = v_begin[VBits-1] ? -v_begin : v_begin;
  assign v_product     = {{(DecayBits + 1) {1'b0}}, v_magnitude} * {{VBits{1'b0}}, NoMemory - decay_v_i};
  assign v_kept        = VBits'(v_product >> DecayBits);
  assign v_decayed     = v_begin[VBits-1] ? -{{(VWide - VBits) {1'b0}}, v_kept} : {{(VWide - VBits) {1'b0}}, v_kept};
  assign v_term        = takes_early ? '0 : {{(VWide - VBits) {1'b0}}, thresholds(earlier, threshold_i)};
  assign v_current     = old_current_i ? {{(VWide - UBits) {u_i[UBits-1]}}, u_i} : {{(VWide - UBits) {u[UBits-1]}}, u};
  assign v_bias        = {{(VWide - BiasBits) {bias_i[BiasBits-1]}}, bias_i};
  assign v_exact       = v_decayed - v_term + v_current + (bias_to_current_i ? '0 : v_bias);

  assign v_fits = v_exact[VWide-1:VBits-1] == {(VWide - VBits + 1) {v_exact[VWide-1]}};
  always_comb begin
    v_driven = v_exact[VBits-1:0];
    if (!v_fits) v_driven = VMax;
    if (v_exact[VWide-1] && (!v_fits || v_exact[VBits-2:0] == '0)) v_driven = -VMax;
  end

  // ---- spikes, reset and rest ----
  sl_threshold #(
    .VBits(VBits), .ThresholdBits(ThresholdBits), .ThresholdShift(ThresholdShift), .CountBits(CountBits)
  ) i_threshold_after (
    .v_i(v_driven), .threshold_i, .spikes_i, .or_equal_i, .max_spikes_i, .count_o(late_count)
  );

  logic [         VBits-1:0] v;
  logic [RefractoryBits-1:0] refractory;

  assign rests   = refractory_i != '0;
  assign count   = rests ? '0 : tests_before_i ? earlier_count : late_count;
  assign v_reset = subtracts_i ? v_driven - thresholds(count, threshold_i) : reset_value_i;
  assign v_spiked = count != '0 && !tests_before_i && !resets_later_i ? v_reset : v_driven;
  always_comb begin
    v = $signed(v_spiked) < $signed(v_min_i) ? v_min_i : v_spiked;
    refractory = count != '0 ? refractory_steps_i : '0;
    if (rests) begin
      v = reset_value_i;
      refractory = refractory_i - 1'b1;
    end
  end

  // ---- stages ----
  localparam int unsigned Width = UBits + VBits + RefractoryBits + CountBits;
  logic [Latency*Width-1:0] stages_q;

  always_ff @(posedge clk_i) begin
    if (enable_i) stages_q <= (Latency * Width)'({stages_q, u, v, refractory, count});
  end
  assign {u_o, v_o, refractory_o, count_o} = stages_q[(Latency-1)*Width +: Width];

  logic unused_rst_n;  // the stages hold nothing that counts until a neuron enters
  assign unused_rst_n = rst_ni;

endmodule
