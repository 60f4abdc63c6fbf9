// How often a potential spikes: n for the largest n from 1 to max_spikes_i for which
// v - (n - 1) * threshold still passes the threshold; 0 if v does not, or if the neuron is a read-out.
// Above one spike a restoring division finds n - 1, unrolled.

module sl_threshold #(
  parameter  int unsigned VBits = 24,
  parameter  int unsigned ThresholdBits = 17,
  parameter  int unsigned ThresholdShift = 6,
  parameter  int unsigned CountBits = 1,
  localparam int unsigned SumBits = ThresholdBits + ThresholdShift
) (
  input  logic [        VBits-1:0] v_i,
  input  logic [ThresholdBits-1:0] threshold_i,
  input  logic                     spikes_i,      // 0: a read-out
  input  logic                     or_equal_i,    // at the threshold it spikes
  input  logic [    CountBits-1:0] max_spikes_i,  // at least 1
  output logic [    CountBits-1:0] count_o
);

  // What is beyond the first threshold, with a sign.
  localparam int unsigned Bits = (VBits > SumBits + 1 ? VBits : SumBits + 1) + 2;

  logic [Bits-1:0] v, threshold, beyond;
  logic            passed;

  assign v         = {{(Bits - VBits) {v_i[VBits-1]}}, v_i};
  assign threshold = {{(Bits - ThresholdBits) {1'b0}}, threshold_i} << ThresholdShift;
  assign beyond    = v - threshold - {{(Bits - 1) {1'b0}}, !or_equal_i};
  assign passed    = spikes_i && !beyond[Bits-1];

  if (CountBits == 1) begin : gen_once
    assign count_o = passed && max_spikes_i[0];
  end else begin : gen_often
    // Of what remains, a bit of the quotient takes threshold << bit. What the quotient cannot hold
    // leaves all of its bits set.
    localparam int unsigned WideBits = Bits + CountBits;
    logic [WideBits-1:0] rest, taken;
    logic [CountBits-1:0] quotient;
    always_comb begin
      rest = {{CountBits{1'b0}}, beyond};
      taken = '0;
      quotient = '0;
      for (int b = CountBits - 1; b >= 0; b--) begin
        taken = {{CountBits{1'b0}}, threshold} << b;
        quotient[b] = rest >= taken;
        if (quotient[b]) rest = rest - taken;
      end
    end

    assign count_o = !passed ? '0 : quotient < max_spikes_i ? quotient + 1'b1 : max_spikes_i;
  end

endmodule
