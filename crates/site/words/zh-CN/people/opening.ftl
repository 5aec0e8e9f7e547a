# 谁看过您的资料
opened-roll = 村里的花名册
opened-household = 您家这一户的资料
opened-resident = 您本人的资料
opened-need = 您提的事和联系办法
opened-meeting = 开会的名册
opened-answers = 答复用的姓名和电话
opened-other = 别的有姓名的页面
