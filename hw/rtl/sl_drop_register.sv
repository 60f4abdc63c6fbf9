// The dropped-packet register of a router: packets that gave up some outputs wait here, first in,
// first out, and ask for exactly those again. What is written in cycle t is eligible from t + Cycles
// on, once it is at the head.
//
// Each packet keeps the time at which it was written, modulo 2^StampBits. A head asks for at most
// wait1 + wait2 cycles and then goes to the end, so that no packet gets that old.

module sl_drop_register #(
  parameter int unsigned Packets = 1,
  parameter int unsigned Cycles = 64,
  parameter int unsigned Interval = 1,  // from a pop until the next head is eligible, at least
  parameter int unsigned Width = 8,
  parameter int unsigned StampBits = 32
) (
  input logic clk_i,
  input logic rst_ni,
  input logic clear_i,

  input  logic             write_i,  // there is a place, or the head is popped in this cycle
  input  logic [Width-1:0] data_i,
  output logic             has_place_o,
  output logic             empty_o,
  output logic             eligible_o,
  output logic [Width-1:0] head_o,
  input  logic             pop_i
);

  localparam int unsigned TimerBits = Interval > 1 ? $clog2(Interval) : 1;

  logic [StampBits-1:0] now_q, written;
  logic [TimerBits-1:0] timer_q;
  logic valid, full, moves;

  sl_queue #(
    .Depth(Packets),
    .Width(StampBits + Width)
  ) u_queue (
    .clk_i,
    .rst_ni,
    .clear_i,
    .push_i (write_i),
    .data_i ({now_q, data_i}),
    .pop_i,
    .valid_o(valid),
    .full_o (full),
    .head_o ({written, head_o})
  );

  assign has_place_o = !full;
  assign empty_o     = !valid;
  assign eligible_o  = valid && now_q - written >= StampBits'(Cycles) &&
                       (Interval == 1 || timer_q == '0);

  // Time passes only while someone waits.
  assign moves = write_i || valid || timer_q != '0;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      now_q   <= '0;
      timer_q <= '0;
    end else if (clear_i) begin
      now_q   <= '0;
      timer_q <= '0;
    end else if (moves) begin
      now_q <= now_q + 1'b1;
      if (pop_i) timer_q <= TimerBits'(Interval - 1);
      else if (timer_q != '0) timer_q <= timer_q - 1'b1;
    end
  end

endmodule
