// A neuron unit of your own, in plain Verilog-2001: the ports are those of hw/rtl/sl_neuron_unit.sv
// (docs/concepts/verification.md), the inside is not. It computes CUBA-LIF neurons that reset to a
// value, spike once at most and are tested after the update, which is all that the digits need;
// what other networks ask of it beyond that, `spikeloom verify` finds.

module sl_neuron_unit (
    clk_i, rst_ni, enable_i,
    u_i, v_i, refractory_i, sum_i, bias_i,
    decay_u_i, decay_v_i, threshold_i, reset_value_i, v_min_i, refractory_steps_i, max_spikes_i,
    spikes_i, or_equal_i, subtracts_i, bias_to_current_i, old_current_i, tests_before_i,
    resets_later_i, reset_decays_i,
    u_o, v_o, refractory_o, count_o
);

parameter Latency = 1;
parameter SumBits = 18;
parameter InputShift = 6;
parameter UBits = 24;
parameter UWraps = 0;
parameter VBits = 24;
parameter DecayBits = 12;
parameter ThresholdBits = 17;
parameter ThresholdShift = 6;
parameter BiasBits = 32;
parameter RefractoryBits = 6;
parameter CountBits = 1;

input clk_i, rst_ni, enable_i;
input signed [UBits-1:0] u_i;
input signed [VBits-1:0] v_i;
input [RefractoryBits-1:0] refractory_i;
input signed [SumBits-1:0] sum_i;
input signed [BiasBits-1:0] bias_i;
input [DecayBits:0] decay_u_i, decay_v_i;
input [ThresholdBits-1:0] threshold_i;
input signed [VBits-1:0] reset_value_i, v_min_i;
input [RefractoryBits-1:0] refractory_steps_i;
input [CountBits-1:0] max_spikes_i;
input spikes_i, or_equal_i, subtracts_i, bias_to_current_i, old_current_i, tests_before_i;
input resets_later_i, reset_decays_i;
output [UBits-1:0] u_o;
output [VBits-1:0] v_o;
output [RefractoryBits-1:0] refractory_o;
output [CountBits-1:0] count_o;

// Wide enough for every exact sum.
localparam W = 64;
localparam signed [W-1:0] UMax = (64'sd1 <<< (UBits - 1)) - 1;
localparam signed [W-1:0] VMax = (64'sd1 <<< (VBits - 1)) - 1;

// Towards zero: the magnitude is shifted.
function signed [W-1:0] decayed;
  input signed [W-1:0] x;
  input [DecayBits:0] decay;
  reg signed [W-1:0] keep;
  begin
    keep = (64'sd1 <<< DecayBits) - decay;
    decayed = x < 0 ? -((-x * keep) >>> DecayBits) : (x * keep) >>> DecayBits;
  end
endfunction

function signed [W-1:0] clamped;
  input signed [W-1:0] x;
  input signed [W-1:0] most;
  clamped = x > most ? most : x < -most ? -most : x;
endfunction

reg signed [W-1:0] u, v, level;
reg rests, fires;
always @* begin
  u = decayed(u_i, decay_u_i) + (sum_i <<< InputShift);
  if (bias_to_current_i) u = u + bias_i;
  u = clamped(u, UMax);
  v = decayed(v_i, decay_v_i) + u;
  if (!bias_to_current_i) v = v + bias_i;
  v = clamped(v, VMax);
  level = threshold_i;
  level = level <<< ThresholdShift;
  rests = refractory_i != 0;
  fires = spikes_i && !rests && (or_equal_i ? v >= level : v > level);
  if (rests || (fires && !subtracts_i)) v = reset_value_i;
  else if (fires) v = v - level;
  if (!rests && v < v_min_i) v = v_min_i;
end

// The result, Latency enabled cycles later.
localparam R = UBits + VBits + RefractoryBits + 1;
reg [Latency*R-1:0] stages;
wire [R-1:0] result;
assign result = {
  u[UBits-1:0], v[VBits-1:0],
  rests ? refractory_i - 1'b1 : fires ? refractory_steps_i : {RefractoryBits{1'b0}},
  fires
};
always @(posedge clk_i)
  if (enable_i) stages <= (stages << R) | result;

wire fired;
assign {u_o, v_o, refractory_o, fired} = stages[Latency*R-1 -: R];
assign count_o = fired;

endmodule
