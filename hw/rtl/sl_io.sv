// A port of the chip: packets of the host enter the router here, one every Interval cycles while
// there are credits.

module sl_io #(
  parameter  int unsigned Credits = 4,
  parameter  int unsigned Interval = 1,
  localparam int unsigned PacketBits = sl_pkg::PacketBits
) (
  input logic clk_i,
  input logic rst_ni,
  input logic clear_i,

  // The host's side: valid until the last packet of the step was taken.
  input  logic                  valid_i,
  input  logic [PacketBits-1:0] packet_i,
  output logic                  ready_o,   // taken in this cycle
  // The router's side.
  output logic                  push_o,
  output logic [PacketBits-1:0] packet_o,
  input  logic                  credit_i
);

  localparam int unsigned CountBits = $clog2(Credits + 1);
  localparam int unsigned TimerBits = Interval > 1 ? $clog2(Interval) : 1;

  logic [CountBits-1:0] credits_q;
  logic [TimerBits-1:0] timer_q;

  assign ready_o  = valid_i && credits_q != '0 && (Interval == 1 || timer_q == '0);
  assign push_o   = ready_o;
  assign packet_o = packet_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      credits_q <= CountBits'(Credits);
      timer_q   <= '0;
    end else if (clear_i) begin
      credits_q <= CountBits'(Credits);
      timer_q   <= '0;
    end else begin
      if (push_o != credit_i) credits_q <= push_o ? credits_q - 1'b1 : credits_q + 1'b1;
      if (push_o) timer_q <= TimerBits'(Interval - 1);
      else if (timer_q != '0) timer_q <= timer_q - 1'b1;
    end
  end

endmodule
